package dragonfly

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// Two processes read and write a few rows as fast as they can. No Fetch may return what was loaded
// before a Forget that ended before the Fetch began.
func TestForgetWins(t *testing.T) {
	const rows, writes = 3, 1500
	server := servicetest.StartCache(t)
	instances := []instance{newInstance(t, server.URL()), newInstance(t, server.URL())}
	var database, forgotten [rows]atomic.Uint64
	var reads, hits atomic.Int64
	load := func(row int) func(context.Context) ([]byte, error) {
		return func(context.Context) ([]byte, error) {
			value := binary.BigEndian.AppendUint64(nil, database[row].Load())
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			return value, nil
		}
	}
	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for n := range 16 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				row := rand.IntN(rows)
				least := forgotten[row].Load()
				value, err := instances[n%2].Fetch(t.Context(), service.CachePreferences, fmt.Sprint(row), load(row))
				if !assert.NoError(t, err) || !assert.GreaterOrEqual(t, binary.BigEndian.Uint64(value), least) {
					return
				}
				reads.Add(1)
			}
		})
	}
	for row := range rows { // one writer each, so that the versions of a row grow
		writers.Go(func() {
			for range writes {
				version := database[row].Add(1)
				instances[rand.IntN(2)].Forget(t.Context(), service.CachePreferences, fmt.Sprint(row))
				forgotten[row].Store(version)
				time.Sleep(time.Duration(rand.IntN(600)) * time.Microsecond)
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	for _, i := range instances {
		hits.Add(int64(i.seen.event("cache preferences:hit")))
		assert.Zero(t, i.seen.event("cache preferences:bypass"), "the cache worked")
	}
	assert.Greater(t, reads.Load(), int64(writes))
	assert.Positive(t, hits.Load(), "and was of use")
}

func TestLoadThatForgetOvertookIsNotStored(t *testing.T) {
	server := servicetest.StartCache(t)
	a, b := newInstance(t, server.URL()), newInstance(t, server.URL())
	loading, release, got := make(chan struct{}), make(chan struct{}), make(chan string)
	go func() {
		got <- a.fetch(t, "key", func(context.Context) ([]byte, error) {
			close(loading)
			<-release
			return []byte("old"), nil
		})
	}()
	<-loading
	b.Forget(t.Context(), service.CacheSearch, "key")
	calls := 0
	t.Run("later ones in the other process do not wait for it", func(t *testing.T) {
		assert.Equal(t, "new", b.fetch(t, "key", gives(&calls, "new", nil)))
	})
	close(release)
	assert.Equal(t, "old", <-got, "who asked before may get it")
	for _, i := range []instance{a, b, a, b} {
		assert.Equal(t, "new", i.fetch(t, "key", gives(&calls, "new", nil)))
	}
	assert.Equal(t, 1, calls, "the lease that Forget ended did not cost the later one its own")
}

// A process whose Forget does not reach the cache makes up for it later, and does not use the cache
// for that key until it has.
func TestForgetIsRepeated(t *testing.T) {
	server := servicetest.StartCache(t)
	line := newWire(t, server)
	far, near := newInstance(t, line.url), newInstance(t, server.URL())
	calls := 0
	require.Equal(t, "old", far.fetch(t, "key", gives(&calls, "old", nil)))
	far.stored(t, "key")

	line.cut()
	far.Forget(t.Context(), service.CacheSearch, "key")
	assert.Equal(t, "new", far.fetch(t, "key", gives(&calls, "new", nil)))
	assert.Equal(t, "old", near.fetch(t, "key", gives(&calls, "new", nil)), "the residual risk of the package's documentation")
	line.mend()
	eventually(t, func() bool { return near.fetch(t, "key", gives(&calls, "new", nil)) == "new" }, "the Forget arrives")
	eventually(t, func() bool { return !far.pending.any.Load() && !far.cache.breaker.open.Load() }, "and is done")
	before := calls
	assert.Equal(t, "new", far.fetch(t, "key", gives(&calls, "x", nil)))
	assert.Equal(t, before, calls, "the cache is used again")
}

// Until it is repeated, the old entry is not used even when the cache answers, and nothing is stored.
func TestPendingKeyIsNotTrusted(t *testing.T) {
	server := servicetest.StartCache(t)
	a := newInstance(t, server.URL())
	k, calls := a.kinds[service.CacheSearch], 0
	require.Equal(t, "old", a.fetch(t, "key", gives(&calls, "old", nil)))
	entry := a.stored(t, "key")
	a.pending.add(k, entry)
	for range 2 {
		assert.Equal(t, "new", a.fetch(t, "key", gives(&calls, "new", nil)))
	}
	assert.Equal(t, 2, a.seen.event("cache search:bypass"))
	require.Equal(t, "other", a.fetch(t, "other", gives(&calls, "other", nil)))
	a.stored(t, "other")

	require.NoError(t, a.pending.repeat(t.Context()))
	found := a.look(t.Context(), k, entry)
	lease, mine, err := a.lease(t.Context(), k, entry, found, false)
	require.NoError(t, err)
	require.True(t, mine)
	a.pending.add(k, entry) // while it loads
	require.NoError(t, a.store(t.Context(), k, entry, lease, replacing(lease, valueMark, []byte("old")), time.Minute))
	assert.Equal(t, lease, a.cache.client.Get(t.Context(), entry).Val())
	require.NoError(t, a.pending.repeat(t.Context()))
	assert.Equal(t, empty, a.look(t.Context(), k, entry).state)
}

func TestTooManyForgetsForgetTheKind(t *testing.T) {
	server := servicetest.StartCache(t)
	line := newWire(t, server)
	far, near := newInstance(t, line.url), newInstance(t, server.URL())
	require.Equal(t, "old", near.fetch(t, "key", gives(new(int), "old", nil)))
	near.stored(t, "key")
	_, err := near.Fetch(t.Context(), service.CachePreferences, "key", gives(new(int), "dark", nil))
	require.NoError(t, err)

	line.cut()
	for n := range maxPending + 1 {
		far.Forget(t.Context(), service.CacheSearch, fmt.Sprint(n))
	}
	k := far.kinds[service.CacheSearch]
	assert.True(t, far.pending.has(k, hashed(k.prefix, "any other key")))
	assert.Empty(t, far.pending.kinds[k].keys, "memory is bounded")
	far.Forget(t.Context(), service.CacheSearch, "one more")
	line.mend()
	eventually(t, func() bool { return near.fetch(t, "key", gives(new(int), "new", nil)) == "new" }, "the kind is forgotten")
	value, err := near.Fetch(t.Context(), service.CachePreferences, "key", gives(new(int), "light", nil))
	require.NoError(t, err)
	assert.Equal(t, "dark", string(value), "and no other kind")
	eventually(t, func() bool { return !far.pending.any.Load() }, "nothing is left")
}

func TestForgetDuringTheRepetitionIsNotLost(t *testing.T) {
	server := servicetest.StartCache(t)
	a := newInstance(t, server.URL())
	k := a.kinds[service.CacheSearch]
	for n := range 2*batch + 1 {
		a.pending.add(k, fmt.Sprint(n))
	}
	parts := a.pending.parts()
	require.Len(t, parts, 3)
	a.pending.add(k, "7") // after its deletion was sent
	for _, part := range parts {
		part.done()
	}
	assert.True(t, a.pending.has(k, "7"))
	assert.False(t, a.pending.has(k, "8"))
	require.NoError(t, a.pending.repeat(t.Context()))
	assert.False(t, a.pending.any.Load())

	a.pending.kinds[k] = &forgotten{all: 1}
	all := a.pending.parts()
	a.pending.add(k, "7")
	all[0].done()
	assert.True(t, a.pending.has(k, "anything"))
}

func TestCloseForgetsWhatIsLeft(t *testing.T) {
	server := servicetest.StartCache(t)
	line := newWire(t, server)
	near := newInstance(t, server.URL())
	for _, whole := range []bool{true, false} {
		far := hastyInstance(t, line.url)
		require.Equal(t, "old", near.fetch(t, "key", gives(new(int), "old", nil)))
		far.pending.add(far.kinds[service.CacheSearch], near.stored(t, "key"))
		if !whole {
			line.cut()
			assert.ErrorContains(t, far.cache.Close(), "still in the cache")
			continue
		}
		require.NoError(t, far.cache.Close())
		assert.Equal(t, "new", near.fetch(t, "key", gives(new(int), "new", nil)))
		near.Forget(t.Context(), service.CacheSearch, "key")
	}
}
