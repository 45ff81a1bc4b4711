package apitest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShutdownWaitsForRequests: those that a process has begun to serve when it is told to stop are
// answered, however far they were, and so are those that still come while it drains.
func TestShutdownWaitsForRequests(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t, "SHUTDOWN_DRAIN=1s", "SHUTDOWN_TIMEOUT=15s"), someone("ada")
	seen := &ledger{}
	at := func() *caller { return &caller{t: t, addr: a.addr, who: ada, seen: seen} }
	a.as(ada).make(t, "/trips", trip("before"))
	finish := at().begin("/memory", `{"content":"in two parts"}`)
	release := g.lock(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			got, ok := at().call("POST", "/trips", trip("in flight"), "Idempotency-Key", uuid.NewString())
			assert.True(t, ok && got.status == 201, "%d", got.status)
		})
	}
	g.waiting(t, 3)
	idle := at()
	_, ok := idle.call("GET", "/me", "")
	require.True(t, ok)

	a.terminate(t)
	require.Eventually(t, func() bool { return len(a.lines(t, "draining")) == 1 }, patience, time.Millisecond)
	got, ok := idle.call("GET", "/me", "")
	assert.True(t, ok && got.status == 200, "still served while others are told")
	assert.Nil(t, idle.conn, "but not on this connection any more")
	got, ok = at().call("GET", "/health/ready", "")
	assert.True(t, !ok && got.status == 503, "and no longer ready")
	require.Eventually(t, func() bool { return len(a.lines(t, "stopping")) == 1 }, patience, time.Millisecond)
	release()
	finish()
	all.Wait()
	require.NoError(t, a.wait(t))
	assert.Equal(t, 3, g.count(t, "select count(*) from trips where name = 'in flight'"))
	assert.Equal(t, 1, g.count(t, "select count(*) from memories"))
}

// TestShutdownCutsWhatDoesNotEnd: a request that takes longer than there is time is cut, its client
// knows that it has no answer, and repeating it elsewhere makes what it was to make once.
func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t, "SHUTDOWN_TIMEOUT=1s"), someone("ada")
	other, key := g.start(t), uuid.NewString()
	other.as(ada).make(t, "/trips", trip("before"))
	release := g.lock(t)
	var all sync.WaitGroup
	all.Go(func() {
		_, err := (&caller{t: t, addr: a.addr, who: ada}).send("POST", "/trips", trip("once"), []string{"Idempotency-Key", key})
		assert.Error(t, err)
	})
	g.waiting(t, 1)
	a.terminate(t)
	require.Error(t, a.wait(t), "an operator sees that requests were cut")
	assert.Contains(t, a.logs(), "were cut")
	all.Wait()
	g.waiting(t, 0)
	release()
	other.as(ada).do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
}
