package apitest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// TestFullPool: who finds no free connection is told soon, health has a connection of its own, and
// everything is good again when the pool is.
func TestFullPool(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t, "SUPABASE_POOL_SIZE=1", "SUPABASE_MAX_OVERFLOW=0", "SUPABASE_POOL_TIMEOUT=0.2"), someone("ada")
	c, key := a.as(ada), uuid.NewString()
	id := c.make(t, "/trips", trip("before"))
	before := g.calm(t, a)
	release := g.lock(t)
	var all sync.WaitGroup
	all.Go(func() { c.do(t, "GET", "/trips/"+id, "").is(t, 200) }) // it waits for the lock
	g.waiting(t, 1)
	assert.InDelta(t, 1, a.metric(t, `pool_connections{pool="database",state="in_use"}`), 0)
	for range 10 {
		all.Go(func() {
			c.do(t, "POST", "/memory", `{"content":"once"}`, "Idempotency-Key", key).isAway(t, service.CodePoolExhausted)
		})
	}
	require.Eventually(t, func() bool { return a.metric(t, `pool_timeouts_total{pool="database"}`) >= 10 }, patience, 10*time.Millisecond)
	assert.Equal(t, "up", a.becomes(t, true, "database")["status"])
	release()
	all.Wait()
	for range 10 {
		all.Go(func() { c.do(t, "POST", "/memory", `{"content":"once"}`, "Idempotency-Key", key).is(t, 201) })
	}
	all.Wait()
	assert.Equal(t, 1, g.count(t, "select count(*) from memories"))
	assert.LessOrEqual(t, g.count(t, "select count(*) from pg_stat_activity where application_name = 'tripsage-api'"), 3, "the pool's, health's and the listener's")
	g.isCalm(t, a, before, c)
}

// TestReadOnlyDatabase, as after a failover that went wrong, or with Supabase's full disk: reads go
// on, changes are refused with a reason, and it is for no client to see that it ended.
func TestReadOnlyDatabase(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c, key := a.as(ada), uuid.NewString()
	id := c.make(t, "/trips", trip("before"))
	g.pg.Exec(t, "postgres", "alter system set default_transaction_read_only = on")
	g.pg.Exec(t, "postgres", "select pg_reload_conf()")
	a.sees(t, "database", service.StatusDegraded, service.CodeReadOnly)
	for range 5 {
		c.do(t, "GET", "/trips/"+id, "").is(t, 200)
		c.do(t, "GET", "/me", "").is(t, 200)
		c.do(t, "GET", "/search/destinations?q=rome", "").is(t, 200)
		c.do(t, "POST", "/memory/search", `{"query":"anything"}`).is(t, 200)
		c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).isAway(t, service.CodeReadOnly)
		c.do(t, "PATCH", "/trips/"+id, `{"notes":"x"}`, "If-Match", `"1"`).isAway(t, service.CodeReadOnly)
		c.do(t, "PUT", "/me", `{"name":"Ada","preferences":{}}`).isAway(t, service.CodeReadOnly)
		c.do(t, "DELETE", "/trips/"+id, "").isAway(t, service.CodeReadOnly)
	}
	a.ask(t, "/health/ready").is(t, 200)
	g.pg.Exec(t, "postgres", "alter system reset default_transaction_read_only") // which changes no data
	g.pg.Exec(t, "postgres", "select pg_reload_conf()")
	a.sees(t, "database", service.StatusUp)
	c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	c.do(t, "PATCH", "/trips/"+id, `{"notes":"x"}`, "If-Match", `"1"`).is(t, 200)
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
}

// TestNoConnectionsLeft: others have taken all that the server gives. What the process has goes on
// working; what needs one more is told to come back; and one that starts waits until there are some.
func TestNoConnectionsLeft(t *testing.T) {
	g := newGround(t, "max_connections=25")
	a, ada := g.start(t), someone("ada")
	c, key := a.as(ada), uuid.NewString()
	id := c.make(t, "/trips", trip("before"))
	before := g.calm(t, a)
	var taken []*pgx.Conn
	for {
		conn, err := pgx.Connect(t.Context(), g.databaseURL)
		if err != nil {
			break
		}
		taken = append(taken, conn)
	}
	require.NotEmpty(t, taken)
	for range 20 {
		c.do(t, "GET", "/trips/"+id, "").is(t, 200)
	}
	release := g.lock(t)
	var all sync.WaitGroup
	var refused atomic.Int64
	for range 9 {
		all.Go(func() {
			got := c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key)
			if got.status != 201 {
				got.isAway(t, service.CodeTooManyConnections)
				refused.Add(1)
			}
		})
	}
	require.Eventually(t, func() bool { return refused.Load() > 0 }, patience, time.Millisecond)
	a.ask(t, "/health/ready").is(t, 200)
	late := g.launch(t)
	late.sees(t, "database", service.StatusDown, service.CodeTooManyConnections)
	late.ask(t, "/health/ready").is(t, 503)
	release()
	all.Wait()
	for _, conn := range taken {
		require.NoError(t, conn.Close(t.Context()))
	}
	late.becomes(t, true, "database")
	late.stop(t)
	for range 9 {
		all.Go(func() { c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201) })
	}
	all.Wait()
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
	g.isCalm(t, a, before, c)
}
