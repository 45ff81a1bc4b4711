package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

const (
	goodDatabase = "postgres://api:d4tabase-secret@db.example:5432/tripsage"
	goodCache    = "redis://:c4che-secret@cache.example:6379/0"

	goodJWTSecret = "j3t-secret-of-thirty-two-bytes-ok"
)

// env returns a complete environment with changes; a change to "" removes the variable.
func env(changes map[string]string) func(string) string {
	all := map[string]string{"ENVIRONMENT": "local", "DATABASE_URL": goodDatabase, "DRAGONFLY_URL": goodCache, "JWT_SECRET": goodJWTSecret}
	for key, value := range changes {
		all[key] = value
	}
	return func(key string) string { return all[key] }
}

// key64 is an encryption key of 32 equal bytes.
func key64(b byte) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32)) }

func TestDefaults(t *testing.T) {
	cfg, err := Load(env(nil))
	require.NoError(t, err)
	assert.Equal(t, Config{
		Environment: "local", LogLevel: slog.LevelInfo, APIAddr: ":8000", MetricsAddr: ":9090",
		Database: Database{URL: NewSecret(goodDatabase), DirectURL: NewSecret(goodDatabase), PoolSize: 20, MaxOverflow: 30, PoolTimeout: 30 * time.Second},
		Cache: Cache{URL: NewSecret(goodCache), PoolSize: 20, Timeout: 5 * time.Second, TTL: CacheTTL{
			SearchResults: 300 * time.Second, UserPreferences: 86400 * time.Second, StaticData: 604800 * time.Second,
		}},
		RateLimit: RateLimit{PerMinute: 100},
		Auth:      Auth{JWTSecret: NewSecret(goodJWTSecret), Audience: "authenticated"},
		Embedding: Embedding{Timeout: 5 * time.Second}, Tracing: Tracing{Ratio: 0.1},
		Shutdown: Shutdown{Drain: 5 * time.Second, Timeout: 15 * time.Second},
	}, cfg)
}

func TestEveryVariableCounts(t *testing.T) {
	cfg, err := Load(env(map[string]string{
		"ENVIRONMENT": "production", "LOG_LEVEL": "debug", "API_ADDR": "127.0.0.1:0", "METRICS_ADDR": "[::1]:0",
		"DATABASE_URL": "postgresql://u:p@h/d?sslmode=verify-full", "DRAGONFLY_URL": "rediss://u:p@h",
		"SUPABASE_POOL_SIZE": "1", "SUPABASE_MAX_OVERFLOW": "0", "SUPABASE_POOL_TIMEOUT": "0.25",
		"DRAGONFLY_POOL_SIZE": "7", "DRAGONFLY_TIMEOUT": "2", "SHUTDOWN_DRAIN": "0s", "SHUTDOWN_TIMEOUT": "1m",
		"CACHE_TTL_SEARCH_RESULTS": "1", "CACHE_TTL_USER_PREFERENCES": "2", "CACHE_TTL_STATIC_DATA": "31536000",
		"API_RATE_LIMIT": "1000000", "API_TRUSTED_PROXIES": "2",
		"JWKS_URL": "https://p.example/jwks.json", "JWT_AUDIENCE": "a", "JWT_ISSUER": "https://p.example",
		"ENCRYPTION_KEYS": key64(1) + ", " + key64(2), "API_ALLOWED_ORIGINS": "https://tripsage.ai, http://localhost:3000",
		"EMBEDDING_URL": "https://e.example/v1", "EMBEDDING_API_KEY": "k", "EMBEDDING_MODEL": "m", "EMBEDDING_TIMEOUT": "2",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_SAMPLER_ARG": "1",
		"DATABASE_DIRECT_URL": "postgres://u:p@direct/d",
		"FEATURE_NEW_SEARCH":  "true", "FEATURE_PRICE_PREDICTION": "false", "FEATURE_ALTERNATIVE_ROUTES": "true",
	}))
	require.NoError(t, err)
	assert.Equal(t, Config{
		Environment: "production", LogLevel: slog.LevelDebug, APIAddr: "127.0.0.1:0", MetricsAddr: "[::1]:0",
		Database: Database{URL: NewSecret("postgresql://u:p@h/d?sslmode=verify-full"), DirectURL: NewSecret("postgres://u:p@direct/d"), PoolSize: 1, PoolTimeout: 250 * time.Millisecond},
		Cache: Cache{URL: NewSecret("rediss://u:p@h"), PoolSize: 7, Timeout: 2 * time.Second, TTL: CacheTTL{
			SearchResults: time.Second, UserPreferences: 2 * time.Second, StaticData: 365 * 24 * time.Hour,
		}},
		RateLimit:      RateLimit{PerMinute: 1_000_000, TrustedProxies: 2},
		Auth:           Auth{JWTSecret: NewSecret(goodJWTSecret), JWKSURL: "https://p.example/jwks.json", Audience: "a", Issuer: "https://p.example"},
		EncryptionKeys: Keys{[][]byte{bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)}},
		AllowedOrigins: []string{"https://tripsage.ai", "http://localhost:3000"},
		Embedding:      Embedding{URL: "https://e.example/v1", APIKey: NewSecret("k"), Model: "m", Timeout: 2 * time.Second},
		Tracing:        Tracing{Endpoint: "http://c:4318", Ratio: 1},
		Features:       service.Features{NewSearch: true, AlternativeRoutes: true},
		Shutdown:       Shutdown{Timeout: time.Minute},
	}, cfg)
}

func TestSecretsFromFiles(t *testing.T) {
	dir := t.TempDir()
	database, cache := filepath.Join(dir, "database-url"), filepath.Join(dir, "dragonfly-url")
	require.NoError(t, os.WriteFile(database, []byte(goodDatabase+"\n"), 0o600))
	require.NoError(t, os.WriteFile(cache, []byte(goodCache+"\r\n"), 0o600))
	cfg, err := Load(env(map[string]string{
		"DATABASE_URL": "", "DATABASE_URL_FILE": database, "DRAGONFLY_URL": "", "DRAGONFLY_URL_FILE": cache,
	}))
	require.NoError(t, err)
	assert.Equal(t, goodDatabase, cfg.Database.URL.Reveal())
	assert.Equal(t, goodCache, cfg.Cache.URL.Reveal())
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := Load(env(map[string]string{
		"ENVIRONMENT": "prod", "LOG_LEVEL": "loud", "API_ADDR": "8000", "METRICS_ADDR": ":99999",
		"DATABASE_URL": "mysql://api:d4tabase-secret@h/d", "DRAGONFLY_URL": "",
		"SUPABASE_POOL_SIZE": "0", "SUPABASE_MAX_OVERFLOW": "many", "SUPABASE_POOL_TIMEOUT": "30s",
		"DRAGONFLY_POOL_SIZE": "-1", "DRAGONFLY_TIMEOUT": "NaN", "SHUTDOWN_DRAIN": "5", "SHUTDOWN_TIMEOUT": "0s",
		"CACHE_TTL_SEARCH_RESULTS": "0", "CACHE_TTL_USER_PREFERENCES": "24h", "CACHE_TTL_STATIC_DATA": "31536001",
		"API_RATE_LIMIT": "0", "API_TRUSTED_PROXIES": "11",
		"FEATURE_NEW_SEARCH": "True", "FEATURE_PRICE_PREDICTION": "1", "FEATURE_ALTERNATIVE_ROUTES": "yes",
	}))
	require.Error(t, err)
	assert.Equal(t, strings.TrimSpace(`
the environment has 21 faults:
  - ENVIRONMENT="prod" is not a known value; expected one of local, staging, production
  - LOG_LEVEL="loud" is not a known value; expected one of debug, info, warn, error
  - API_ADDR="8000" is not an address to listen on; expected [host]:port with a port from 0 to 65535, such as :8000
  - METRICS_ADDR=":99999" is not an address to listen on; expected [host]:port with a port from 0 to 65535, such as :9090
  - DATABASE_URL has the wrong scheme; expected postgres://user:password@host:5432/database
  - SUPABASE_POOL_SIZE="0" is not allowed; expected a whole number from 1 to 1000
  - SUPABASE_MAX_OVERFLOW="many" is not allowed; expected a whole number from 0 to 1000
  - SUPABASE_POOL_TIMEOUT="30s" is not allowed; expected a number of seconds from 0.001 to 300, without a unit
  - DRAGONFLY_URL is required but not set; expected redis://:password@host:6379/0 or rediss://… for TLS, or DRAGONFLY_URL_FILE with the path of a file that holds it
  - DRAGONFLY_POOL_SIZE="-1" is not allowed; expected a whole number from 1 to 1000
  - DRAGONFLY_TIMEOUT="NaN" is not allowed; expected a number of seconds from 0.001 to 300, without a unit
  - CACHE_TTL_SEARCH_RESULTS="0" is not allowed; expected a whole number of seconds from 1 to 31536000, without a unit
  - CACHE_TTL_USER_PREFERENCES="24h" is not allowed; expected a whole number of seconds from 1 to 31536000, without a unit
  - CACHE_TTL_STATIC_DATA="31536001" is not allowed; expected a whole number of seconds from 1 to 31536000, without a unit
  - API_RATE_LIMIT="0" is not allowed; expected a whole number from 1 to 1000000
  - API_TRUSTED_PROXIES="11" is not allowed; expected a whole number from 0 to 10
  - FEATURE_NEW_SEARCH="True" is not a known value; expected one of true, false
  - FEATURE_PRICE_PREDICTION="1" is not a known value; expected one of true, false
  - FEATURE_ALTERNATIVE_ROUTES="yes" is not a known value; expected one of true, false
  - SHUTDOWN_DRAIN="5" is not allowed; expected a duration with its unit from 0s to 10m0s, such as 5s or 1m30s
  - SHUTDOWN_TIMEOUT="0s" is not allowed; expected a duration with its unit from 1ms to 10m0s, such as 5s or 1m30s
`), err.Error())
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "ENVIRONMENT", fault.Key)
}

func TestURLFaults(t *testing.T) {
	for _, tc := range []struct{ key, value, problem string }{
		{"DATABASE_URL", "postgres://api:pa/ss-s3cret@h/d", "is not a valid URL"},
		{"DATABASE_URL", "postgres:api", "is not a valid URL"},
		{"DATABASE_URL", "postgres://api:s3cret@h:0/d", "has a port outside 1 to 65535"},
		{"DATABASE_URL", "postgres://api:s3cret@h:70000/d", "has a port outside 1 to 65535"},
		{"DATABASE_URL", "postgres://api:s3cret@/d", "has no host"},
		{"DATABASE_URL", "postgres://h/d", "has no user"},
		{"DATABASE_URL", "postgres://api:s3cret@h/", "has no database name"},
		{"DATABASE_URL", "postgres://api:s3cret@h/d ", "holds white space"},
		{"DATABASE_URL", "postgres://api:s3cret@h/d#s3cret", "is not a valid URL"},
		{"DRAGONFLY_URL", "http://:s3cret@h", "has the wrong scheme"},
		{"DRAGONFLY_URL", "redis://:s3cret@", "has no host"},
		{"DRAGONFLY_URL", "redis://:s3cret@h/one", "has a path that is not a database number"},
		{"DRAGONFLY_URL", "redis://:s3cret@h/01", "has a path that is not a database number"},
	} {
		t.Run(tc.value, func(t *testing.T) {
			_, err := Load(env(map[string]string{tc.key: tc.value}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "1 fault:\n  - "+tc.key+" "+tc.problem)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestSecretFileFaults(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for name, tc := range map[string]struct{ path, problem string }{
		"missing":   {filepath.Join(dir, "missing"), "cannot be opened (no such file or directory)"},
		"directory": {dir, "cannot be read (is a directory)"},
		"empty":     {write("empty", "\n"), "is an empty file"},
		"huge":      {write("huge", strings.Repeat("x", maxSecretBytes+1)), "is larger than 65536 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(env(map[string]string{"DATABASE_URL": "", "DATABASE_URL_FILE": tc.path}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), fmt.Sprintf("- DATABASE_URL_FILE=%q %s", tc.path, tc.problem))
		})
	}
	t.Run("wrong content", func(t *testing.T) {
		_, err := Load(env(map[string]string{"DATABASE_URL": "", "DATABASE_URL_FILE": write("url", "s3cret")}))
		require.Error(t, err)
		assert.Contains(t, err.Error(), "- DATABASE_URL_FILE has the wrong scheme")
		assert.NotContains(t, err.Error(), "s3cret")
	})
	t.Run("both given", func(t *testing.T) {
		_, err := Load(env(map[string]string{"DATABASE_URL_FILE": write("url2", goodDatabase)}))
		require.Error(t, err)
		assert.Contains(t, err.Error(), "- DATABASE_URL and DATABASE_URL_FILE are both set; expected only one of them")
	})
}

func TestListenersNeedDifferentPorts(t *testing.T) {
	for _, tc := range []struct {
		api, metrics string
		clash        bool
	}{
		{":9090", "", true}, {"127.0.0.1:9090", ":9090", true}, {"127.0.0.1:1", "127.0.0.1:1", true},
		{"127.0.0.1:1", "127.0.0.2:1", false}, {":0", ":0", false},
	} {
		_, err := Load(env(map[string]string{"API_ADDR": tc.api, "METRICS_ADDR": tc.metrics}))
		if tc.clash {
			assert.ErrorContains(t, err, "takes the port of API_ADDR", "%+v", tc)
		} else {
			assert.NoError(t, err, "%+v", tc)
		}
	}
}

func TestSecretHides(t *testing.T) {
	cfg, err := Load(env(map[string]string{"ENCRYPTION_KEYS": key64(7)}))
	require.NoError(t, err)
	encoded, err := json.Marshal(cfg)
	require.NoError(t, err)
	var logged strings.Builder
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	log.Info("x", "config", cfg, "secret", cfg.Database.URL)
	for _, text := range []string{
		fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", cfg), fmt.Sprintf("%s %q", cfg.Cache.URL, cfg.Database.URL),
		string(encoded), logged.String(),
	} {
		assert.NotContains(t, text, "secret@")
		assert.NotContains(t, text, goodJWTSecret)
		assert.NotContains(t, text, "7 7 7")
		assert.NotContains(t, text, "BwcHBwcH")
		assert.Contains(t, text, hidden)
	}
}
