package dragonfly

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	production "github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// worksWithoutCache proves that a cache that does not work changes nothing but the speed.
func worksWithoutCache(t *testing.T, i instance) {
	t.Helper()
	calls := 0
	for n := range 20 {
		key := fmt.Sprint("key ", n%2)
		assert.Equal(t, key, i.fetch(t, key, gives(&calls, key, nil)))
		i.Forget(t.Context(), service.CacheSearch, key)
	}
	_, err := i.Fetch(t.Context(), service.CacheSearch, "nowhere", gives(&calls, "", &service.Error{Code: service.CodeNotFound}))
	assert.Equal(t, service.CodeNotFound, service.CodeOf(err))
	assert.Equal(t, 21, calls)
	assert.Equal(t, 21, i.seen.event("cache search:bypass"))
	limiter := NewLimiter(i.cache, 2)
	for n := range 3 {
		assert.Equal(t, n < 2, limiter.Take(t.Context(), "user").Allowed)
	}
}

func TestCacheThatDoesNotAnswer(t *testing.T) {
	for name, addr := range map[string]string{"nobody listens": servicetest.FreeAddr(t), "silence": servicetest.DeafAddr(t)} {
		t.Run(name, func(t *testing.T) {
			i := hastyInstance(t, "redis://"+addr)
			worksWithoutCache(t, i)
			assert.LessOrEqual(t, i.seen.sent(""), tripAfter, "and costs nothing after a few failures")
			assert.ErrorContains(t, i.cache.Close(), "still in the cache")
		})
	}
}

func TestCacheThatComesAndGoes(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	calls := 0
	require.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))

	server.Stop(t)
	for range tripAfter + 1 {
		assert.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))
	}
	assert.Equal(t, tripAfter+2, calls)
	assert.True(t, i.cache.breaker.open.Load())
	sent := i.seen.sent("")
	assert.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))
	assert.Equal(t, sent, i.seen.sent(""))

	server.Start(t) // empty
	eventually(t, func() bool { return !i.cache.breaker.open.Load() }, "no request has to find out that it is back")
	assert.Equal(t, sent, i.seen.sent(""))
	calls = 0
	for range 3 {
		assert.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))
	}
	assert.Equal(t, 1, calls)
}

// A server that comes back with a snapshot brings back what has been forgotten since.
func TestCacheThatComesBackWithOldEntries(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	calls := 0
	require.Equal(t, "old", i.fetch(t, "key", gives(&calls, "old", nil)))
	key := i.stored(t, "key")
	require.NoError(t, admin(t, server).Save(t.Context()).Err())
	i.Forget(t.Context(), service.CacheSearch, "key")

	server.Stop(t)
	require.FileExists(t, filepath.Join(server.Dir, "dump.rdb"))
	server.Start(t)
	require.Equal(t, int64(1), admin(t, server).Exists(t.Context(), key).Val(), "the old entry is there")
	for range 3 {
		assert.Equal(t, "new", i.fetch(t, "key", gives(&calls, "new", nil)))
	}
	assert.LessOrEqual(t, calls, 3, "loaded once, or twice when the first command met the broken connection")
	require.NoError(t, os.Remove(filepath.Join(server.Dir, "dump.rdb")))
}

func TestLives(t *testing.T) {
	life := lifeOf("run_id:1\r\n", "role:master\r\nmaster_replid:2\r\n")
	assert.NotEqual(t, life, lifeOf("run_id:2\r\n", "role:master\r\nmaster_replid:2\r\n"), "another start of Redis")
	assert.NotEqual(t, life, lifeOf("run_id:1\r\n", "role:slave\r\nmaster_replid:2\r\n"), "another role")
	dragonfly := lifeOf("dragonfly_version:df-v1.40.1\r\n", "role:master\r\nmaster_replid:2\r\n")
	assert.NotEqual(t, dragonfly, lifeOf("dragonfly_version:df-v1.40.1\r\n", "role:master\r\nmaster_replid:3\r\n"), "another start of Dragonfly")
	assert.Equal(t, life, lifeOf("uptime_in_seconds:9\r\nrun_id:1\r\n", "role:master\r\nconnected_slaves:2\r\nmaster_replid:2\r\n"), "the same life, later")
}

func TestFullMemory(t *testing.T) {
	server := servicetest.StartCache(t)
	i, db := newInstance(t, server.URL()), admin(t, server)
	calls := 0
	require.Equal(t, "kept", i.fetch(t, "kept", gives(&calls, "kept", nil)))
	require.Equal(t, "kept", i.fetch(t, "kept", gives(&calls, "kept", nil)))
	require.NoError(t, db.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
	require.NoError(t, db.ConfigSet(t.Context(), "maxmemory", "1").Err())

	for range 2 * tripAfter {
		assert.Equal(t, "other", i.fetch(t, "other", gives(&calls, "other", nil)))
	}
	assert.Equal(t, 1+2*tripAfter, calls)
	assert.False(t, i.cache.breaker.open.Load(), "a full cache still answers")
	assert.Equal(t, "kept", i.fetch(t, "kept", gives(&calls, "kept", nil)))
	i.Forget(t.Context(), service.CacheSearch, "kept")
	assert.Equal(t, "changed", i.fetch(t, "kept", gives(&calls, "changed", nil)), "and forgets")
	limiter := NewLimiter(i.cache, 2)
	for n := range 3 {
		assert.Equal(t, n < 2, limiter.Take(t.Context(), "user").Allowed)
	}

	require.NoError(t, db.ConfigSet(t.Context(), "maxmemory", "0").Err())
	calls = 0
	for range 2 {
		assert.Equal(t, "other", i.fetch(t, "other", gives(&calls, "other", nil)))
	}
	assert.Equal(t, 1, calls)
}

func TestGarbage(t *testing.T) {
	server := servicetest.StartCache(t)
	i, db := newInstance(t, server.URL()), admin(t, server)
	k := i.kinds[service.CacheSearch]
	require.Equal(t, "v", i.fetch(t, "key", gives(new(int), "v", nil)))
	key := i.stored(t, "key")
	good := db.Get(t.Context(), key).Val()

	for name, spoil := range map[string]func() error{
		"nothing":              func() error { return db.Set(t.Context(), key, "", 0).Err() },
		"text":                 func() error { return db.Set(t.Context(), key, strings.Repeat("garbage ", 100), 0).Err() },
		"cut":                  func() error { return db.Set(t.Context(), key, good[:headSize-1], 0).Err() },
		"a mark of the future": func() error { return db.Set(t.Context(), key, good[:stampSize]+"?v", 0).Err() },
		"a list":               func() error { db.Del(t.Context(), key); return db.LPush(t.Context(), key, "x").Err() },
		"a generation of text": func() error { return db.Set(t.Context(), k.generationKey, "garbage", 0).Err() },
		"a generation in a set": func() error {
			db.Del(t.Context(), k.generationKey)
			return db.SAdd(t.Context(), k.generationKey, "x").Err()
		},
		"no generation": func() error { return db.Del(t.Context(), k.generationKey).Err() },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, spoil())
			calls := 0
			for range 3 {
				assert.Equal(t, "new", i.fetch(t, "key", gives(&calls, "new", nil)))
			}
			assert.Equal(t, 1, calls, "it is replaced")
		})
	}
}

// The rights are those of production.
func TestRights(t *testing.T) {
	server := servicetest.StartCacheWith(t, servicetest.CacheOptions{
		User: production.ACLUser,
		ACL: func(password string) string {
			return strings.ReplaceAll(production.ACLTemplate, "{password}", password)
		},
	})
	i := newInstance(t, server.URL())
	calls := 0
	for range 2 {
		assert.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))
	}
	i.Forget(t.Context(), service.CacheSearch, "key")
	assert.Equal(t, "v", i.fetch(t, "key", gives(&calls, "v", nil)))
	assert.Equal(t, 2, calls)
	assert.NotZero(t, i.cache.life.now(), "INFO is allowed")
	k := i.kinds[service.CacheSearch]
	i.pending.add(k, hashed(k.prefix, "key"))
	require.NoError(t, i.cache.healer.heal(t.Context()))
	limiter := NewLimiter(i.cache, 2)
	for n := range 3 {
		assert.Equal(t, n < 2, limiter.Take(t.Context(), "user").Allowed)
	}
	assert.Equal(t, 2, i.seen.event("rate_limit allowed"))
	for name, failed := range i.seen.failures {
		assert.Zero(t, failed, name)
	}
}

func TestNoRights(t *testing.T) {
	server := servicetest.StartCache(t)
	db := admin(t, server)
	for name, rights := range map[string]string{"none": "+ping +hello +client", "to read": "+ping +hello +client +info +mget"} {
		t.Run(name, func(t *testing.T) {
			words := []any{"ACL", "SETUSER", "narrow", "reset", "on", ">pw", "~*"}
			for right := range strings.FieldsSeq(rights) {
				words = append(words, right)
			}
			require.NoError(t, db.Do(t.Context(), words...).Err())
			i := hastyInstance(t, "redis://narrow:pw@"+server.Addr)
			i.cache.budget = patient
			worksWithoutCache(t, i)
			assert.LessOrEqual(t, i.seen.failures["entries.get"]+i.seen.failures["entries.forget"], tripAfter)
			assert.ErrorContains(t, i.cache.Close(), "NOPERM")
		})
	}
}

func TestHealerRestsWhenAllIsWell(t *testing.T) {
	server := servicetest.StartCache(t)
	i := newInstance(t, server.URL())
	i.cache.healer.wake()
	eventually(t, func() bool {
		i.cache.healer.mu.Lock()
		defer i.cache.healer.mu.Unlock()
		return i.cache.healer.running == nil
	}, "it ends")
	assert.Less(t, lastHeal, 10*time.Second)
}
