package dragonfly

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func TestFetch(t *testing.T) {
	server := servicetest.StartCache(t)
	a, b := newInstance(t, server.URL()), newInstance(t, server.URL())
	db := admin(t, server)

	t.Run("a miss, then hits in every process", func(t *testing.T) {
		calls := 0
		for _, i := range []instance{a, a, b} {
			assert.Equal(t, "Lisbon", i.fetch(t, "user-1 lisbon", gives(&calls, "Lisbon", nil)))
		}
		assert.Equal(t, 1, calls)
		assert.Equal(t, 1, a.seen.event("cache search:miss"))
		assert.Equal(t, 1, a.seen.event("cache search:hit"))
		assert.Equal(t, 1, b.seen.event("cache search:hit"))
	})
	t.Run("an empty value is a value", func(t *testing.T) {
		calls := 0
		assert.Empty(t, a.fetch(t, "empty", gives(&calls, "", nil)))
		assert.Empty(t, b.fetch(t, "empty", gives(&calls, "", nil)))
		assert.Equal(t, 1, calls)
	})
	t.Run("kinds are apart", func(t *testing.T) {
		value, err := a.Fetch(t.Context(), service.CachePreferences, "user-1 lisbon", gives(new(int), "dark", nil))
		require.NoError(t, err)
		assert.Equal(t, "dark", string(value))
	})
	t.Run("keys show nothing, and end", func(t *testing.T) {
		keys := db.Keys(t.Context(), "*").Val()
		require.Len(t, keys, 5, "three entries and two generations: %q", keys)
		for _, key := range keys {
			assert.Regexp(t, `^tripsage:c1:(search|preferences)(:[A-Za-z0-9_-]{43})?$`, key)
			assert.NotContains(t, key, "lisbon")
			ttl := db.PTTL(t.Context(), key).Val()
			switch strings.Count(key, ":") {
			case 2:
				assert.Equal(t, time.Duration(-1), ttl, "a generation stays")
			default:
				assert.Positive(t, ttl)
				assert.LessOrEqual(t, ttl, time.Hour+6*time.Minute+time.Millisecond)
			}
		}
	})
	t.Run("what is not there is remembered", func(t *testing.T) {
		calls := 0
		missing := gives(&calls, "", fmt.Errorf("trip: %w", &service.Error{Code: service.CodeNotFound}))
		for range 3 {
			_, err := a.Fetch(t.Context(), service.CacheSearch, "nowhere", missing)
			assert.Equal(t, service.CodeNotFound, service.CodeOf(err))
		}
		assert.Equal(t, 1, calls)
		assert.Equal(t, 2, a.seen.event("cache search:negative"))
		key := hashed(a.kinds[service.CacheSearch].prefix, "nowhere")
		assert.LessOrEqual(t, db.PTTL(t.Context(), key).Val(), 11*time.Second+time.Millisecond)

		a.Forget(t.Context(), service.CacheSearch, "nowhere")
		assert.Equal(t, "now there", a.fetch(t, "nowhere", gives(&calls, "now there", nil)))
	})
	t.Run("other errors are not, and do not hold others up", func(t *testing.T) {
		calls := 0
		down := &service.Error{Code: service.CodeDependencyDown}
		_, err := a.Fetch(t.Context(), service.CacheSearch, "broken", gives(&calls, "", down))
		require.ErrorIs(t, err, down)
		eventually(t, func() bool {
			return db.Exists(t.Context(), hashed(a.kinds[service.CacheSearch].prefix, "broken")).Val() == 0
		}, "the lease is given back")
		assert.Equal(t, "whole", b.fetch(t, "broken", gives(&calls, "whole", nil)))
		assert.Equal(t, 2, calls)
	})
	t.Run("a load that panics is an error", func(t *testing.T) {
		_, err := a.Fetch(t.Context(), service.CacheSearch, "panic", func(context.Context) ([]byte, error) { panic("oh") })
		require.ErrorContains(t, err, "panicked: oh")
		assert.Equal(t, service.CodeInternal, service.CodeOf(err))
		assert.Equal(t, "fine", a.fetch(t, "panic", gives(new(int), "fine", nil)))
	})
	t.Run("values of 1 MiB are kept, larger ones are not", func(t *testing.T) {
		for size, loads := range map[int]int{1 << 20: 1, 1<<20 + 1: 2} {
			calls, key := 0, fmt.Sprint("size ", size)
			value := strings.Repeat("x", size)
			assert.True(t, a.fetch(t, key, gives(&calls, value, nil)) == value)
			assert.True(t, a.fetch(t, key, gives(&calls, value, nil)) == value)
			assert.Equal(t, loads, calls, key)
		}
	})
	t.Run("a kind without a time to live is not kept", func(t *testing.T) {
		calls := 0
		for range 2 {
			_, err := a.Fetch(t.Context(), service.CacheStatic, "x", gives(&calls, "v", nil))
			require.NoError(t, err)
		}
		a.Forget(t.Context(), service.CacheStatic, "x")
		assert.Equal(t, 2, calls)
		assert.Equal(t, 2, a.seen.event("cache static:bypass"))
	})
}

func TestEntriesExpire(t *testing.T) {
	server := servicetest.StartCache(t)
	a := newInstance(t, server.URL())
	short := NewReadThrough(a.cache, ReadThroughOptions{
		TTL: map[service.CacheKind]time.Duration{service.CacheSearch: 30 * time.Millisecond}, Absent: time.Hour,
	})
	for _, result := range []error{nil, &service.Error{Code: service.CodeNotFound}} {
		calls := 0
		eventually(t, func() bool {
			_, err := short.Fetch(t.Context(), service.CacheSearch, fmt.Sprint(result), gives(&calls, "v", result))
			assert.Equal(t, service.CodeOf(result), service.CodeOf(err))
			return calls == 3
		}, "it is loaded again and again; Absent is no longer than the TTL")
	}
}

func TestTimesToLiveAreSpread(t *testing.T) {
	least, most := time.Hour, time.Duration(0)
	for range 1000 {
		d := about(10 * time.Minute)
		least, most = min(least, d), max(most, d)
	}
	assert.GreaterOrEqual(t, least, 9*time.Minute)
	assert.LessOrEqual(t, most, 11*time.Minute)
	assert.Greater(t, most-least, time.Minute)
	assert.Equal(t, time.Nanosecond, about(1), "the shortest is not none")
}

// Two hundred callers of two processes miss at the same time. There is one load: the second process
// waits for the first one's as long as that takes less than waitTime.
func TestManyMissesLoadOnce(t *testing.T) {
	server := servicetest.StartCache(t)
	instances := []instance{newInstance(t, server.URL()), newInstance(t, server.URL())}
	var loads, begun atomic.Int32
	var group sync.WaitGroup
	for n := range 200 {
		group.Go(func() {
			begun.Add(1)
			value := instances[n%2].fetch(t, "popular", func(context.Context) ([]byte, error) {
				loads.Add(1)
				for begun.Load() < 200 || instances[0].seen.sent("entries.lease")+instances[1].seen.sent("entries.lease") < 1 {
					time.Sleep(time.Millisecond)
				}
				time.Sleep(20 * time.Millisecond)
				return []byte("v"), nil
			})
			assert.Equal(t, "v", value)
		})
	}
	group.Wait()
	assert.Equal(t, int32(1), loads.Load())
	counted := 0
	for _, i := range instances {
		counted += i.seen.event("cache search:miss") + i.seen.event("cache search:hit") + i.seen.event("cache search:shared")
	}
	assert.Equal(t, 200, counted, "each Fetch is counted once")
}

func TestLeaseOfADeadProcessHoldsNobodyUpForLong(t *testing.T) {
	server := servicetest.StartCache(t)
	a, b := newInstance(t, server.URL()), newInstance(t, server.URL())
	k := a.kinds[service.CacheSearch]
	_, mine, err := a.lease(t.Context(), k, hashed(k.prefix, "key"), look{}, false)
	require.NoError(t, err)
	require.True(t, mine)

	calls := 0
	assert.Equal(t, "v", b.fetch(t, "key", gives(&calls, "v", nil)))
	assert.Equal(t, 1, calls)
	assert.Greater(t, b.seen.sent("entries.get"), 2, "it waited")
	assert.Zero(t, b.seen.sent("entries.store"), "without a lease nothing is stored")
}

func TestCallerWhoGivesUpFailsNobodyElse(t *testing.T) {
	server := servicetest.StartCache(t)
	a := newInstance(t, server.URL())
	impatient, giveUp := context.WithCancel(t.Context())
	loading, release := make(chan struct{}), make(chan struct{})
	first, second := make(chan error, 1), make(chan string, 1)
	go func() {
		_, err := a.Fetch(impatient, service.CacheSearch, "key", func(ctx context.Context) ([]byte, error) {
			close(loading)
			<-release
			return []byte("v"), ctx.Err()
		})
		first <- err
	}()
	<-loading
	go func() { second <- a.fetch(t, "key", gives(new(int), "never", errors.New("not called"))) }()
	giveUp()
	require.ErrorIs(t, <-first, context.Canceled)
	close(release)
	assert.Equal(t, "v", <-second, "the load went on")

	_, err := a.Fetch(impatient, service.CacheSearch, "another key", gives(new(int), "v", nil))
	assert.ErrorIs(t, err, context.Canceled)
	assert.False(t, a.cache.breaker.open.Load(), "a caller's end is no fault of the cache")
}
