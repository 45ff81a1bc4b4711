package postgres

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func testTheEndOfARequestEndsItsStatements(t *testing.T, s stand) {
	slow := func(ctx context.Context) error {
		by := someone()
		return s.run(ctx, work{name: "test", by: &by, statements: []statement{query("select 'ends me'::text, pg_sleep(60)::text", nil)}})
	}
	running := `select count(*) from pg_stat_activity where query like '%ends me%' and state = 'active' and pid <> pg_backend_pid()`

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- slow(ctx) }()
	require.Eventually(t, func() bool { return value[int64](t, s, running) == 1 }, 10*time.Second, time.Millisecond)
	cancel()
	codeIs(t, service.CodeClientGone, <-ended)
	require.Eventually(t, func() bool { return value[int64](t, s, running) == 0 }, 10*time.Second, time.Millisecond,
		"the server is told, too")

	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	codeIs(t, service.CodeTimeout, slow(ctx))
	codeIs(t, service.CodeTimeout, slow(ctx))
}

// A context that ends while its answer comes must leave nothing behind on the connection.
func testEndsAtAnyTime(t *testing.T, s stand) {
	by := s.known(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				ctx, cancel := context.WithTimeout(t.Context(), rand.N(time.Millisecond))
				_, err := s.ListTrips(ctx, by, page(1))
				cancel()
				if err != nil {
					assert.Equal(t, service.CodeTimeout, service.CodeOf(err), "%v", err)
				}
				var got int64
				err = s.run(t.Context(), work{name: "test", by: &by, statements: []statement{query("select 1::bigint", one(&got, pgx.RowTo[int64]))}})
				assert.NoError(t, err)
				assert.EqualValues(t, 1, got)
			}
		})
	}
	group.Wait()
}
