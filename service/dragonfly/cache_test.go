package dragonfly

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func open(t *testing.T, url string) *Cache {
	t.Helper()
	cache, err := Open(Options{URL: url, PoolSize: 2, Timeout: time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cache.Close()) })
	return cache
}

func check(t *testing.T, cache *Cache) (service.Observation, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), CheckTimeout)
	defer cancel()
	return cache.Check(ctx)
}

func TestServer(t *testing.T) {
	server := servicetest.StartCache(t)
	cache := open(t, server.URL())

	seen, err := check(t, cache)
	require.NoError(t, err)
	assert.Contains(t, []string{"Redis", "Valkey", "Dragonfly"}, seen.Server)
	assert.Regexp(t, `^[0-9]+\.[0-9]+\.[0-9]+$`, seen.Version)
	assert.Empty(t, seen.Warning)
	assert.Equal(t, service.PoolStats{Max: 2, Idle: 1}, cache.PoolStats())

	t.Run("a user without INFO is no fault", func(t *testing.T) {
		require.NoError(t, cache.client.Do(t.Context(), "ACL", "SETUSER", "narrow", "on", ">pw", "+ping", "+hello", "+client").Err())
		seen, err := check(t, open(t, "redis://narrow:pw@"+server.Addr))
		require.NoError(t, err)
		assert.Equal(t, service.Observation{}, seen)
	})
	t.Run("faults have stable codes", func(t *testing.T) { testFaultCodes(t, server) })
	t.Run("a server restart is survived", func(t *testing.T) {
		server.Stop(t)
		_, err := check(t, cache)
		require.Error(t, err)
		assert.Equal(t, service.CodeConnectionRefused, service.CodeOf(err), "%v", err)
		server.Start(t)
		require.Eventually(t, func() bool { _, err := check(t, cache); return err == nil }, 5*time.Second, 20*time.Millisecond)
	})
}

func testFaultCodes(t *testing.T, server *servicetest.Cache) {
	for name, tc := range map[string]struct {
		url  string
		code service.Code
	}{
		"wrong password": {"redis://:wr0ng-secret@" + server.Addr, service.CodeAuthenticationFailed},
		"no password":    {"redis://" + server.Addr, service.CodeAuthenticationFailed},
		"nobody listens": {"redis://" + servicetest.FreeAddr(t), service.CodeConnectionRefused},
		"no such host":   {"redis://cache.invalid:6379", service.CodeNameNotResolved},
		"silence":        {"redis://" + servicetest.DeafAddr(t), service.CodeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := check(t, open(t, tc.url))
			require.Error(t, err)
			assert.Equal(t, tc.code, service.CodeOf(err), "%v", err)
			assert.NotContains(t, err.Error(), "wr0ng-secret")
			assert.Less(t, time.Since(start), CheckTimeout+time.Second)
		})
	}
}

func TestFullPool(t *testing.T) {
	server := servicetest.StartCache(t)
	cache, err := Open(Options{URL: server.URL(), PoolSize: 1, Timeout: 50 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cache.Close()) })

	busy := cache.client.Conn()
	require.NoError(t, busy.Ping(t.Context()).Err())
	t.Cleanup(func() { require.NoError(t, busy.Close()) })
	_, err = cache.Check(t.Context())
	require.Error(t, err)
	assert.Equal(t, service.CodePoolExhausted, service.CodeOf(err), "%v", err)
	assert.Equal(t, 1, cache.PoolStats().InUse)
	assert.GreaterOrEqual(t, cache.PoolStats().Timeouts, int64(1))
}

func TestTLS(t *testing.T) {
	authority, stranger := servicetest.NewAuthority(t), servicetest.NewAuthority(t)
	server := servicetest.StartCacheWith(t, servicetest.CacheOptions{Authority: authority})
	openWith := func(options Options) (*Cache, error) {
		options.PoolSize, options.Timeout = 1, time.Second
		cache, err := Open(options)
		if err == nil {
			t.Cleanup(func() { require.NoError(t, cache.Close()) })
		}
		return cache, err
	}

	t.Run("the right CA", func(t *testing.T) {
		cache, err := openWith(Options{URL: server.URL(), CAs: authority.Pool})
		require.NoError(t, err)
		_, err = check(t, cache)
		assert.NoError(t, err)
	})
	for name, options := range map[string]Options{
		"the wrong CA":             {URL: server.URL(), CAs: stranger.Pool},
		"only what the system has": {URL: server.URL()},
		"another host's name":      {URL: strings.Replace(server.URL(), "127.0.0.1", "localhost", 1), CAs: authority.Pool},
	} {
		t.Run(name, func(t *testing.T) {
			cache, err := openWith(options)
			require.NoError(t, err)
			_, err = check(t, cache)
			require.Error(t, err)
			assert.Equal(t, service.CodeTLSFailed, service.CodeOf(err), "%v", err)
		})
	}
	t.Run("no TLS against a server that wants it", func(t *testing.T) {
		cache, err := openWith(Options{URL: strings.Replace(server.URL(), "rediss:", "redis:", 1)})
		require.NoError(t, err)
		_, err = check(t, cache)
		assert.Error(t, err)
	})
	for url, want := range map[string]string{
		"redis://:s3cret@h":                   "the cache URL is without TLS, so the server cannot be verified",
		"rediss://:s3cret@h?skip_verify=true": "the cache URL turns verification off",
	} {
		_, err := openWith(Options{URL: url, CAs: authority.Pool})
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}

func TestOpenNeverShowsThePassword(t *testing.T) {
	for name, url := range map[string]string{
		"unparsable":  "redis://:s3cr/et-part@host:6379/0",
		"bad path":    "redis://:s3cr-et-part@host:6379/zero",
		"bad scheme":  "http://:s3cr-et-part@host:6379/0",
		"bad setting": "redis://:s3cr-et-part@host:6379/0?unheard_of=1",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(Options{URL: url, PoolSize: 1, Timeout: time.Second})
			require.Error(t, err)
			assert.Contains(t, err.Error(), "the cache URL")
			assert.NotContains(t, err.Error(), "s3cr")
			assert.NotContains(t, err.Error(), "et-part")
		})
	}
}

func TestProduct(t *testing.T) {
	for name, tc := range map[string]struct{ info, server, version string }{
		"Dragonfly": {"# Server\r\nredis_version:7.4.0\r\ndragonfly_version:df-v1.34.2\r\nos:Linux", "Dragonfly", "1.34.2"},
		"Valkey":    {"# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n", "Valkey", "8.1.1"},
		"Redis":     {"redis_version:7.0.15\n", "Redis", "7.0.15"},
		"silent":    {"", "Redis", ""},
	} {
		t.Run(name, func(t *testing.T) {
			server, version := product(tc.info)
			assert.Equal(t, tc.server, server)
			assert.Equal(t, tc.version, version)
		})
	}
}

func TestCodes(t *testing.T) {
	for answer, want := range map[string]service.Code{
		"WRONGPASS invalid username-password pair": service.CodeAuthenticationFailed,
		"NOAUTH Authentication required.":          service.CodeAuthenticationFailed,
		"NOPERM this user has no permissions":      service.CodeAuthenticationFailed,
		"LOADING Dragonfly is loading the dataset": service.CodeStarting,
		"MASTERDOWN Link with MASTER is down":      service.CodeStarting,
		"ERR max number of clients reached":        service.CodeTooManyConnections,
		"ERR something else":                       service.CodeInternal,
	} {
		assert.Equal(t, want, serverCode(answer), answer)
	}
	assert.Equal(t, service.CodePoolExhausted, service.CodeOf(coded(fmt.Errorf("x: %w", redis.ErrPoolTimeout))))
	assert.Equal(t, service.CodeInternal, service.CodeOf(coded(errors.New("odd"))))
}

func TestClientLogsAreDebugLines(t *testing.T) {
	var out bytes.Buffer
	adapter := logAdapter{slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	adapter.Printf(t.Context(), "attempt %d failed", 3)
	assert.Contains(t, out.String(), `level=DEBUG msg="cache client" detail="attempt 3 failed"`)
}
