package apitest

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// TestDatabaseDown: what needs the database says so at once and asks clients to come back; what is
// kept in the cache is answered; and the same process works again as soon as the database does.
func TestDatabaseDown(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c := a.as(ada)
	id := c.make(t, "/trips", trip("before"))
	kept := c.do(t, "GET", "/search/destinations?q=lisbon", "").is(t, 200)
	before := g.calm(t, a)

	g.pg.Stop(t)
	key := uuid.NewString()
	for range 20 {
		c.do(t, "GET", "/trips/"+id, "").isAway(t, away...)
		c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).isAway(t, away...)
		assert.Equal(t, kept.body, c.do(t, "GET", "/search/destinations?q=lisbon", "").is(t, 200).body)
	}
	database := a.becomes(t, false, "database")
	assert.Equal(t, "down", database["status"])
	assert.Contains(t, away, service.Code(database["error"].(string)))
	a.ask(t, "/health/ready").is(t, 503)
	a.ask(t, "/health/detailed").is(t, 503)
	assert.InDelta(t, 0, a.metric(t, `dependency_up{dependency="database"}`), 0)
	assert.InDelta(t, 1, a.metric(t, `dependency_up{dependency="cache"}`), 0)

	g.pg.Start(t)
	a.becomes(t, true, "database")
	c.do(t, "GET", "/trips/"+id, "").is(t, 200)
	made := c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	assert.Empty(t, made.header.Get("Idempotency-Replayed"), "none of the failed ones had made it")
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
	g.isCalm(t, a, before, c)
	assert.True(t, a.running())
}

// TestDatabaseSlow: everything takes longer, and nothing else.
func TestDatabaseSlow(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c := a.as(ada)
	g.toDatabase.slow(150 * time.Millisecond)
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			id := c.make(t, "/trips", trip("slow "+strconv.Itoa(i)))
			c.do(t, "GET", "/trips/"+id, "").is(t, 200)
		})
	}
	all.Wait()
	a.becomes(t, true, "database")
	assert.Equal(t, 30, g.count(t, "select count(*) from trips"))
}

// TestDatabaseWaits: a statement that does not end costs its own request only, and is not left
// behind in the server.
func TestDatabaseWaits(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c, key := a.as(ada), uuid.NewString()
	id := c.make(t, "/trips", trip("before"))
	before := g.calm(t, a)
	release := g.lock(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { c.do(t, "GET", "/trips/"+id, "").isAway(t, service.CodeTimeout) })
	}
	all.Go(func() {
		c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).isAway(t, service.CodeTimeout)
	})
	g.waiting(t, 4)
	for range 20 {
		c.do(t, "GET", "/me", "").is(t, 200)
		c.do(t, "POST", "/memory", `{"content":"not among the trips"}`).is(t, 201)
		a.ask(t, "/health/ready").is(t, 200)
	}
	all.Wait()
	g.waiting(t, 0)
	release()
	assert.Equal(t, 0, g.count(t, "select count(*) from trips where name = 'once'"), "it was cancelled")
	c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	again := c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	assert.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
	g.isCalm(t, a, before, c)
}

// TestDatabaseHangs: nothing comes back, not even an error. Requests end in their time, the process
// takes itself out of the balancer, and comes back when the way is good again.
func TestDatabaseHangs(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c, key := a.as(ada), uuid.NewString()
	id := c.make(t, "/trips", trip("before"))
	before := g.calm(t, a)
	g.toDatabase.hang()
	var all sync.WaitGroup
	for range 40 { // more than the pool has
		all.Go(func() { c.do(t, "GET", "/trips/"+id, "").isAway(t, service.CodeTimeout, service.CodePoolExhausted) })
		all.Go(func() {
			c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).isAway(t, service.CodeTimeout, service.CodePoolExhausted)
		})
	}
	database := a.becomes(t, false, "database")
	assert.Equal(t, "timeout", database["error"])
	all.Wait()
	g.toDatabase.heal()
	a.becomes(t, true, "database")
	c.do(t, "GET", "/trips/"+id, "").is(t, 200)
	c.do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
	g.isCalm(t, a, before, c)
}

// TestDatabaseRestartsUnderLoad: a client that repeats what failed has every row once, a version
// grows by one for each change that was told to have happened, and the process survives.
func TestDatabaseRestartsUnderLoad(t *testing.T) {
	g := newGround(t)
	a := g.start(t)
	before := g.calm(t, a)
	var over atomic.Bool
	var all sync.WaitGroup
	var creations, errors atomic.Int64
	var clients []*client
	for range 8 {
		c := a.as(someone("ada"))
		clients = append(clients, c)
		all.Go(func() {
			for !over.Load() {
				name, key := uuid.NewString(), uuid.NewString()
				for !t.Failed() {
					made := c.do(t, "POST", "/trips", trip(name), "Idempotency-Key", key)
					if made.status == 201 {
						break
					}
					errors.Add(1)
					made.isAway(t, append(away, service.CodePoolExhausted)...)
				}
				creations.Add(1)
			}
		})
	}
	for range 2 {
		c := a.as(someone("ben"))
		clients = append(clients, c)
		all.Go(func() { c.changeAll(t, &over, &errors) })
	}
	t.Cleanup(func() {
		over.Store(true)
		all.Wait()
	})
	for range 3 {
		had := creations.Load()
		require.Eventually(t, func() bool { return creations.Load() > had+100 }, patience, time.Millisecond)
		g.pg.Stop(t)
		had = errors.Load()
		require.Eventually(t, func() bool { return errors.Load() > had+20 }, patience, time.Millisecond)
		g.pg.Start(t)
		a.becomes(t, true, "database")
	}
	over.Store(true)
	all.Wait()
	t.Logf("%d creations, %d errors on the way", creations.Load(), errors.Load())
	assert.EqualValues(t, creations.Load(), g.count(t, "select count(*) from trips where name <> 'changed'"))
	assert.EqualValues(t, creations.Load(), g.count(t, "select count(distinct name) from trips where name <> 'changed'"))
	assert.EqualValues(t, creations.Load(), g.count(t, "select count(*) from idempotency_keys"))
	g.isCalm(t, a, before, clients...)
}

// changeAll changes a trip of its own again and again. Whatever fails has happened or has not.
func (c *client) changeAll(t testing.TB, over *atomic.Bool, errors *atomic.Int64) {
	t.Helper()
	var made answer
	for made.status != 201 {
		made = c.do(t, "POST", "/trips", trip("changed"))
	}
	path, version := "/trips/"+made.id(t), 1
	for !over.Load() {
		changed := c.do(t, "PATCH", path, `{"notes":"`+strconv.Itoa(version+1)+`"}`, "If-Match", strconv.Quote(strconv.Itoa(version)))
		if changed.status == 200 {
			version++
			continue
		}
		errors.Add(1)
		changed.isAway(t, append(away, service.CodePoolExhausted)...)
		seen := c.do(t, "GET", path, "")
		for ; seen.status != 200 && !over.Load(); seen = c.do(t, "GET", path, "") {
			errors.Add(1)
		}
		if seen.status != 200 {
			return
		}
		now, err := strconv.Atoi(seen.json(t)["version"].(interface{ String() string }).String())
		require.NoError(t, err)
		require.Contains(t, []int{version, version + 1}, now)
		if now > 1 {
			require.Equal(t, strconv.Itoa(now), seen.json(t)["notes"], "version and contents come together")
		}
		version = now
	}
}
