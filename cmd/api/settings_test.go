package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// elsewhere are stores that nobody runs.
func elsewhere(t *testing.T, more map[string]string) map[string]string {
	env := map[string]string{
		"DATABASE_URL":  "postgres://u:p@" + servicetest.FreeAddr(t) + "/d?sslmode=disable",
		"DRAGONFLY_URL": "redis://" + servicetest.FreeAddr(t), "SHUTDOWN_DRAIN": "0s",
	}
	for key, value := range more {
		env[key] = value
	}
	return env
}

func TestSettingsReachTheAPI(t *testing.T) {
	p := start(t, elsewhere(t, map[string]string{
		"FEATURE_PRICE_PREDICTION": "true", "API_RATE_LIMIT": "2", "API_TRUSTED_PROXIES": "1", "CACHE_TTL_SEARCH_RESULTS": "60",
	}))
	_, _, body := get(t, p.api+"/health/detailed")
	assert.Equal(t, map[string]any{
		"enable_new_search_algorithm": false, "enable_price_prediction": true, "enable_alternative_routes": false,
	}, body["features"])

	ask := func(client string) (status int, retryAfter string) {
		request, err := http.NewRequest(http.MethodGet, p.api+"/version", nil)
		require.NoError(t, err)
		request.Header.Set("X-Forwarded-For", client)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode, answer.Header.Get("Retry-After")
	}
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		status, retryAfter := ask("203.0.113.1")
		assert.Equal(t, want, status)
		assert.Equal(t, []string{"", "", "30"}[i], retryAfter)
	}
	status, _ := ask("203.0.113.2")
	assert.Equal(t, http.StatusOK, status)

	p.end(t)
	lines := p.out.lines(t, "settings")
	require.Len(t, lines, 1)
	assert.EqualValues(t, 2, lines[0]["rate_limit_per_minute"])
	assert.EqualValues(t, 1, lines[0]["trusted_proxies"])
	assert.Equal(t, map[string]any{"search_results": 60.0, "user_preferences": 86400.0, "static_data": 604800.0}, lines[0]["cache_ttl_seconds"])
	assert.Equal(t, true, lines[0]["features"].(map[string]any)["enable_price_prediction"])
}

func TestCacheWithTLS(t *testing.T) {
	authority := servicetest.NewAuthority(t)
	cache := servicetest.StartCacheWith(t, servicetest.CacheOptions{Authority: authority})
	state := func(env map[string]string) map[string]any {
		env["DRAGONFLY_URL"] = cache.URL()
		p := start(t, elsewhere(t, env))
		defer p.end(t)
		var found map[string]any
		require.Eventually(t, func() bool {
			_, _, body := get(t, p.api+"/health/detailed")
			found = body["dependencies"].(map[string]any)["cache"].(map[string]any)
			return found["error"] != "timeout" // a busy machine may need a second look
		}, 5*time.Second, 20*time.Millisecond)
		return found
	}
	assert.Equal(t, "up", state(map[string]string{"DRAGONFLY_CA_FILE": authority.File})["status"])
	assert.Equal(t, "tls_failed", state(map[string]string{"DRAGONFLY_CA_FILE": servicetest.NewAuthority(t).File})["error"])

	var out output
	env := elsewhere(t, map[string]string{"ENVIRONMENT": "local", "DRAGONFLY_CA_FILE": authority.File})
	err := run(t.Context(), func(key string) string { return env[key] }, &out)
	assert.ErrorContains(t, err, "is set, but DRAGONFLY_URL is without TLS")

	broken := filepath.Join(t.TempDir(), "ca.crt")
	require.NoError(t, os.WriteFile(broken, []byte("x"), 0o600))
	env["DRAGONFLY_CA_FILE"] = broken
	err = run(t.Context(), func(key string) string { return env[key] }, &out)
	assert.ErrorContains(t, err, "holds no certificate")
}
