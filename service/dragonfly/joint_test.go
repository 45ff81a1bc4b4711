package dragonfly

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// held makes the instance's looks wait as they do for a command on its way, until release.
func held(t testing.TB, i instance) (waiting func() int, release func()) {
	t.Helper()
	i.looks.mu.Lock()
	defer i.looks.mu.Unlock()
	require.False(t, i.looks.busy)
	i.looks.busy = true
	waiting = func() int {
		i.looks.mu.Lock()
		defer i.looks.mu.Unlock()
		if i.looks.next == nil {
			return 0
		}
		return len(i.looks.next.keys)
	}
	return waiting, i.looks.pass
}

func mgets(t testing.TB, db *redis.Client) string {
	t.Helper()
	return regexp.MustCompile(`cmdstat_mget:calls=(\d+)`).FindStringSubmatch(db.Info(t.Context(), "commandstats").Val())[1]
}

func TestLooksGoTogether(t *testing.T) {
	server := servicetest.StartCache(t)
	i, db := newInstance(t, server.URL()), admin(t, server)
	const different, each = 5, 4
	for n := range different {
		i.fetch(t, fmt.Sprint("key ", n), gives(new(int), fmt.Sprint("value ", n), nil))
		i.stored(t, fmt.Sprint("key ", n))
	}
	require.NoError(t, db.ConfigResetStat(t.Context()).Err())
	operations := i.seen.sent("entries.get")

	waiting, release := held(t, i)
	var group sync.WaitGroup
	for n := range different * each {
		group.Go(func() {
			calls := 0
			value, err := i.Fetch(t.Context(), service.CacheSearch, fmt.Sprint("key ", n%different), gives(&calls, "", nil))
			assert.NoError(t, err)
			assert.Equal(t, fmt.Sprint("value ", n%different), string(value))
			assert.Zero(t, calls)
		})
	}
	eventually(t, func() bool { return waiting() == different+1 }, "each key once, and the generation")
	eventually(t, func() bool { return i.seen.sent("entries.get") >= operations+different*each-1 }, "all wait, one of them to send")
	release()
	group.Wait()
	assert.Equal(t, "1", mgets(t, db))
	assert.Equal(t, operations+different*each, i.seen.sent("entries.get"), "each request has its operation")
	assert.False(t, i.looks.busy)
}

func TestAJointLookIsBounded(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	waiting, release := held(t, i)
	var group sync.WaitGroup
	for n := range maxJoint - 1 { // and the generation
		group.Go(func() { i.fetch(t, fmt.Sprint("key ", n), gives(new(int), "x", nil)) })
	}
	eventually(t, func() bool { return waiting() >= maxJoint-1 }, "a full look waits")
	assert.Equal(t, "alone", i.fetch(t, "one too many", gives(new(int), "alone", nil)), "and holds nobody else up")
	assert.LessOrEqual(t, waiting(), maxJoint)
	release()
	group.Wait()
	assert.False(t, i.looks.busy)
}

func TestWhoWaitsForAJointLookMayLeave(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	waiting, release := held(t, i)
	first := make(chan string, 1)
	go func() { first <- i.fetch(t, "key", gives(new(int), "loaded", nil)) }()
	eventually(t, func() bool { return waiting() > 0 }, "somebody will send it")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, err := i.Fetch(ctx, service.CacheSearch, "key", gives(new(int), "", nil))
	require.ErrorIs(t, err, context.Canceled)
	release()
	assert.Equal(t, "loaded", <-first)
}

func TestAJointLookFailsForAll(t *testing.T) {
	server := servicetest.StartCache(t)
	wire := newWire(t, server)
	i := newInstance(t, wire.url)
	i.fetch(t, "key", gives(new(int), "x", nil))
	i.stored(t, "key")
	waiting, release := held(t, i)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			assert.Equal(t, "from the database", i.fetch(t, "key", gives(new(int), "from the database", nil)))
		})
	}
	eventually(t, func() bool { return waiting() > 0 }, "somebody will send it")
	wire.cut()
	release()
	group.Wait()
	wire.mend()
	eventually(t, func() bool { return i.cache.healer.heal(t.Context()) == nil }, "it comes back")
	eventually(t, func() bool { return i.fetch(t, "key", gives(new(int), "y", nil)) == "x" }, "and is asked again")
}
