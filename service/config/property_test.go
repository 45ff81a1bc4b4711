package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestNumbersProperty: whatever number is given, it is either taken as it is or reported.
func TestNumbersProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-10, 2000).Draw(t, "n")
		cfg, err := Load(env(map[string]string{"SUPABASE_POOL_SIZE": fmt.Sprint(n)}))
		if n >= 1 && n <= 1000 {
			require.NoError(t, err)
			require.Equal(t, n, cfg.Database.PoolSize)
			return
		}
		var faults Faults
		require.True(t, errors.As(err, &faults))
		require.Len(t, faults, 1)
		require.Equal(t, "SUPABASE_POOL_SIZE", faults[0].Key)
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(goodDatabase, goodCache, ":8000", "30", "5s", "local")
	f.Add("postgres://u:pa/ss@h/d", "redis://h/99999", "[::1]:1", "1e400", "-1s", "")
	f.Add("postgres://u:%zz@h/d", "rediss://[::1", "a:b:c", "NaN", "1h", "production")
	f.Fuzz(func(t *testing.T, database, cache, addr, number, duration, environment string) {
		cfg, err := Load(env(map[string]string{
			"DATABASE_URL": database, "DRAGONFLY_URL": cache, "API_ADDR": addr, "METRICS_ADDR": "127.0.0.9:1",
			"SUPABASE_POOL_SIZE": number, "SUPABASE_POOL_TIMEOUT": number, "DRAGONFLY_TIMEOUT": number,
			"SHUTDOWN_DRAIN": duration, "SHUTDOWN_TIMEOUT": duration, "ENVIRONMENT": environment,
		}))
		if err != nil {
			assert.Equal(t, Config{}, cfg)
			for _, secret := range []string{database, cache} {
				if isTelling(secret, addr, number, duration, environment) {
					assert.NotContains(t, err.Error(), secret)
				}
			}
			return
		}
		assert.Contains(t, []string{"local", "staging", "production"}, cfg.Environment)
		assert.True(t, strings.HasPrefix(cfg.Database.URL.Reveal(), "postgres") && cfg.Database.PoolSize >= 1)
		assert.Positive(t, cfg.Database.PoolTimeout)
		assert.Positive(t, cfg.Cache.Timeout)
		assert.Positive(t, cfg.Shutdown.Timeout)
		assert.GreaterOrEqual(t, cfg.Shutdown.Drain, time.Duration(0))
	})
}

// isTelling says whether finding the secret in a message could only come from the secret itself:
// it is long, not part of our own words, and not part of a value that may be shown.
func isTelling(secret string, shown ...string) bool {
	own := databaseURLForm + cacheURLForm + notAURL + strings.Join(shown, "\n")
	return len(secret) >= 24 && !strings.Contains(own, secret)
}
