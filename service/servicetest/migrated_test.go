package servicetest_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

func TestMigratedDatabasesAreSeparate(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	seen := map[string]bool{}
	for range 3 {
		start := time.Now()
		owner, api := servicetest.MigratedDatabase(t, pg)
		t.Log("took", time.Since(start))
		for url, role := range map[string]string{owner: "postgres", api: "authenticator"} {
			conn, err := pgx.Connect(t.Context(), url)
			require.NoError(t, err)
			var user, database string
			var vector bool
			require.NoError(t, conn.QueryRow(t.Context(),
				"select current_user, current_database(), '[1,2]'::vector <=> '[1,2]' = 0").Scan(&user, &database, &vector))
			assert.Equal(t, role, user)
			seen[database] = true
			require.NoError(t, conn.Close(t.Context()))
		}
	}
	assert.Len(t, seen, 3)
}
