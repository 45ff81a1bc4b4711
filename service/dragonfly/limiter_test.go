package dragonfly

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// However many processes there are and however the requests are spread, no more than the limit are
// admitted in a window, and only what other processes hold is missing.
func TestLimitHoldsOverAllProcesses(t *testing.T) {
	server := servicetest.StartCache(t)
	caches := make([]*Cache, 5)
	for n := range caches {
		caches[n] = newInstance(t, server.URL()).cache
	}
	run := rand.Uint64()
	rapid.Check(t, func(t *rapid.T) {
		run++
		user := service.UserID(fmt.Sprint("user ", run))
		limit, processes := rapid.IntRange(1, 250).Draw(t, "limit"), rapid.IntRange(1, len(caches)).Draw(t, "processes")
		limiters := make([]*Limiter, processes)
		for n := range limiters {
			limiters[n] = NewLimiter(caches[n], limit)
		}
		order := rapid.SliceOfN(rapid.IntRange(0, processes-1), 0, 2*limit).Draw(t, "order")
		workers := rapid.IntRange(1, 4).Draw(t, "workers")
		var admitted atomic.Int64
		var group sync.WaitGroup
		for worker := range workers {
			group.Go(func() {
				for n := worker; n < len(order); n += workers {
					if limiters[order[n]].Take(t.Context(), user).Allowed {
						admitted.Add(1)
					}
				}
			})
		}
		group.Wait()
		if admitted.Load() > int64(limit) {
			t.Fatalf("%d admitted, the limit is %d", admitted.Load(), limit)
		}
		held := (processes - 1) * (max(1, limit/10) - 1)
		if least := min(len(order), limit-held); admitted.Load() < int64(least) {
			t.Fatalf("%d of %d admitted, at least %d could be; the limit is %d", admitted.Load(), len(order), least, limit)
		}
	})
}

// Over many short windows: each begins when the first request comes after the one before it.
func TestLimitHoldsInEveryWindow(t *testing.T) {
	const limit, window = 20, 200 * time.Millisecond
	server := servicetest.StartCache(t)
	var admitted atomic.Int64
	var group sync.WaitGroup
	begin := time.Now()
	for range 3 {
		i := newInstance(t, server.URL())
		t.Cleanup(func() { assert.Zero(t, i.seen.event("rate_limit local")) })
		limiter := newLimiter(i.cache, limit, window)
		for range 2 {
			group.Go(func() {
				for time.Since(begin) < 10*window {
					if limiter.Take(t.Context(), "user").Allowed {
						admitted.Add(1)
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
	}
	group.Wait()
	windows := int64(time.Since(begin)/window) + 1
	assert.LessOrEqual(t, admitted.Load(), limit*windows)
	assert.Greater(t, admitted.Load(), int64(limit), "the next window begins")
}

func TestDecisions(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	limiter := NewLimiter(i.cache, 100)
	for n := range 100 {
		assert.Equal(t, service.RateDecision{Allowed: true, Limit: 100, Remaining: 99 - n}, limiter.Take(t.Context(), "a"))
	}
	leases := i.seen.sent("limits.lease")
	assert.Less(t, leases, 40, "few round trips")
	for range 50 {
		refused := limiter.Take(t.Context(), "a")
		assert.False(t, refused.Allowed)
		assert.Zero(t, refused.Remaining)
		assert.InDelta(t, 58, refused.RetryAfter, 2)
	}
	assert.Equal(t, leases, i.seen.sent("limits.lease"), "and none to refuse")
	assert.True(t, limiter.Take(t.Context(), "b").Allowed, "users are apart")
	assert.Equal(t, 101, i.seen.event("rate_limit allowed"))
	assert.Equal(t, 50, i.seen.event("rate_limit limited"))

	other := NewLimiter(newInstance(t, server.URL()).cache, 100)
	assert.False(t, other.Take(t.Context(), "a").Allowed, "another process knows")
	for _, key := range admin(t, server).Keys(t.Context(), "*").Val() {
		assert.Regexp(t, `^tripsage:r1:[A-Za-z0-9_-]{43}$`, key)
		assert.InDelta(t, time.Minute, admin(t, server).PTTL(t.Context(), key).Val(), float64(10*time.Second))
	}
}

func TestLimitWithoutTheCache(t *testing.T) {
	server := servicetest.StartCache(t)
	line := newWire(t, server)
	far, near := newInstance(t, line.url), newInstance(t, server.URL())
	a, b := NewLimiter(far.cache, 100), NewLimiter(near.cache, 100)
	for range 10 {
		require.True(t, a.Take(t.Context(), "user").Allowed)
	}
	line.cut()
	for n := range 30 {
		decision := a.Take(t.Context(), "user")
		require.True(t, decision.Allowed)
		if n == 29 {
			assert.Equal(t, 60, decision.Remaining, "what was admitted before counts")
		}
	}
	assert.Positive(t, far.seen.event("rate_limit local"))
	line.mend()
	eventually(t, func() bool { return !far.cache.breaker.open.Load() && far.cache.client.Ping(t.Context()).Err() == nil }, "the cache is back")
	a.young["user"].ask = time.Time{} // a second has passed
	require.True(t, a.Take(t.Context(), "user").Allowed)
	admitted := 41
	for range 200 {
		if b.Take(t.Context(), "user").Allowed {
			admitted++
		}
	}
	assert.LessOrEqual(t, admitted, 100, "what was admitted without the cache counts")
	assert.GreaterOrEqual(t, admitted, 90)
}

func TestLocalLimit(t *testing.T) {
	i := hastyInstance(t, "redis://"+servicetest.FreeAddr(t))
	limiter := newLimiter(i.cache, 10, time.Hour)
	for range 10 {
		assert.True(t, limiter.Take(t.Context(), "user").Allowed)
	}
	refused := limiter.Take(t.Context(), "user")
	assert.Equal(t, service.RateDecision{Limit: 10, RetryAfter: 3600}, refused)
	assert.Equal(t, 10, i.seen.event("rate_limit local"))
	assert.Equal(t, 1, i.seen.event("rate_limit limited"))
	require.NoError(t, i.cache.Close())
}

func TestWindowsThatAreNone(t *testing.T) {
	server := servicetest.StartCache(t)
	i, db := newInstance(t, server.URL()), admin(t, server)
	for name, value := range map[string]any{"text": "many", "a number without an end": 50, "the greatest number": int64(1<<63 - 1)} {
		t.Run(name, func(t *testing.T) {
			limiter, user := NewLimiter(i.cache, 10), service.UserID(name)
			require.NoError(t, db.Set(t.Context(), hashed(limitPrefix, name), value, 0).Err())
			require.True(t, limiter.Take(t.Context(), user).Allowed)
			limiter.young[user].ask = time.Time{} // a second has passed
			for range 9 {
				require.True(t, limiter.Take(t.Context(), user).Allowed)
			}
			assert.False(t, limiter.Take(t.Context(), user).Allowed)
			assert.Equal(t, "10", db.Get(t.Context(), hashed(limitPrefix, name)).Val())
		})
	}
	require.NoError(t, db.LPush(t.Context(), hashed(limitPrefix, "list"), "x").Err())
	require.True(t, NewLimiter(i.cache, 10).Take(t.Context(), "list").Allowed)
	assert.False(t, i.cache.breaker.open.Load())
}

func TestFewUsersAreRemembered(t *testing.T) {
	server := servicetest.StartCache(t)
	limiter := newLimiter(newInstance(t, server.URL()).cache, 10, time.Hour)
	now := time.Now()
	for n := range 3 * maxAccounts {
		limiter.account(service.UserID(fmt.Sprint(n)), now)
	}
	assert.LessOrEqual(t, len(limiter.young)+len(limiter.old), 2*maxAccounts)
	kept := limiter.account("kept", now)
	assert.Same(t, kept, limiter.account("kept", now.Add(time.Hour)))
	for hours := range 3 {
		limiter.account("other", now.Add(time.Duration(hours+2)*time.Hour))
	}
	assert.NotSame(t, kept, limiter.account("kept", now.Add(4*time.Hour)), "what is not used is forgotten")
}

// A lease may come back after the end of the window that it was of.
func TestNobodyIsRefusedBecauseAWindowEnds(t *testing.T) {
	server := servicetest.StartCache(t)
	const limit, window, requests = 1_000_000, time.Millisecond, 1000
	limiter := newLimiter(newInstance(t, server.URL()).cache, limit, window)
	var refused atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range requests {
				if !limiter.Take(t.Context(), "somebody").Allowed {
					refused.Add(1)
				}
				time.Sleep(window / 10) // so that there are many windows
			}
		})
	}
	group.Wait()
	assert.Zero(t, refused.Load())
}
