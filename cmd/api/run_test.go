package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

func TestWithRealServers(t *testing.T) {
	database, cache := servicetest.StartPostgres(t), servicetest.StartCache(t)
	_, databaseURL := servicetest.MigratedDatabase(t, database)
	dir := t.TempDir()
	secret := func(name, value string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(value+"\n"), 0o600))
		return path
	}
	env := map[string]string{
		"DATABASE_URL_FILE":  secret("database-url", databaseURL),
		"DRAGONFLY_URL_FILE": secret("dragonfly-url", cache.URL()),
	}

	t.Run("answers", func(t *testing.T) { testAnswers(t, start(t, env)) })
	t.Run("drains", func(t *testing.T) { testDrain(t, start(t, env)) })
	t.Run("survives faults", func(t *testing.T) { testFaults(t, start(t, env), database, cache) })
}

func testAnswers(t *testing.T, p *program) {
	require.Eventually(t, func() bool { return p.ready(t) }, 5*time.Second, time.Millisecond)
	status, _, body := get(t, p.api+"/health/detailed")
	assert.Equal(t, http.StatusOK, status)
	dependencies := body["dependencies"].(map[string]any)
	db := dependencies["database"].(map[string]any)
	assert.Contains(t, []any{"up", "degraded"}, db["status"])
	assert.Equal(t, "PostgreSQL", db["server"])
	assert.Regexp(t, `^1\d`, db["server_version"])
	assert.Positive(t, db["latency_ms"])
	assert.Equal(t, "up", dependencies["cache"].(map[string]any)["status"])

	status, _, body = get(t, p.api+"/version")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body["go_version"], "go1.")

	answer, err := http.Get(p.metrics + "/metrics")
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	for _, line := range []string{
		`http_requests_total{method="GET",route="/health/detailed",status="200"} 1`,
		`http_request_duration_seconds_count{method="GET",route="/version"} 1`,
		`dependency_up{dependency="database"} 1`, `dependency_up{dependency="cache"} 1`,
		`pool_max_connections{pool="database"} 50`, `pool_max_connections{pool="cache"} 20`, `build_info{`,
	} {
		assert.Contains(t, string(text), line)
	}
	notHere, err := http.Get(p.api + "/metrics")
	require.NoError(t, err)
	require.NoError(t, notHere.Body.Close())
	assert.Equal(t, http.StatusNotFound, notHere.StatusCode, "metrics have a port of their own")

	p.end(t)
	assert.NotContains(t, p.out.String(), "test-database-password")
	assert.NotContains(t, p.out.String(), "test-cache-password")
}

func testDrain(t *testing.T, p *program) {
	require.Eventually(t, func() bool { return p.ready(t) }, 5*time.Second, time.Millisecond)
	p.stop()
	require.Eventually(t, func() bool { return !p.ready(t) }, 200*time.Millisecond, time.Millisecond)
	_, header, body := get(t, p.api+"/health/ready")
	assert.Equal(t, "draining", body["code"])
	assert.Empty(t, header.Get("Keep-Alive"))
	status, _, _ := get(t, p.api+"/health")
	assert.Equal(t, http.StatusOK, status, "liveness holds while draining")
	require.NoError(t, <-p.ended)
	var order []string
	for _, message := range []string{"starting", "listening", "draining", "stopping", "pools closed", "stopped"} {
		lines := p.out.lines(t, message)
		require.Len(t, lines, 1, message)
		order = append(order, lines[0]["time"].(string))
	}
	assert.IsNonDecreasing(t, order)
}

func testFaults(t *testing.T, p *program, database *servicetest.Postgres, cache *servicetest.Cache) {
	detailed := func() (int, map[string]any) {
		status, _, body := get(t, p.api+"/health/detailed")
		return status, body
	}
	require.Eventually(t, func() bool { return p.ready(t) }, 5*time.Second, time.Millisecond)

	cache.Stop(t)
	require.Eventually(t, func() bool { _, body := detailed(); return body["status"] == "degraded" && down(body, "cache") },
		5*time.Second, 50*time.Millisecond)
	assert.True(t, p.ready(t), "slower, never down")
	status, _ := detailed()
	assert.Equal(t, http.StatusOK, status)

	database.Stop(t)
	require.Eventually(t, func() bool { return !p.ready(t) }, 5*time.Second, 50*time.Millisecond)
	status, body := detailed()
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.True(t, down(body, "database"))
	live, _, _ := get(t, p.api+"/health")
	assert.Equal(t, http.StatusOK, live)

	database.Start(t)
	cache.Start(t)
	require.Eventually(t, func() bool { _, body := detailed(); return p.ready(t) && !down(body, "cache") }, 5*time.Second, 50*time.Millisecond)
	p.end(t)
	changes := p.out.lines(t, "dependency changed")
	assert.Less(t, len(changes), 20, "changes are logged, not checks")
	assert.Contains(t, changes[len(changes)-1]["to"], "up")
}

func down(body map[string]any, dependency string) bool {
	return body["dependencies"].(map[string]any)[dependency].(map[string]any)["status"] == "down"
}

func TestDependenciesMayComeLater(t *testing.T) {
	database := servicetest.StartPostgres(t)
	_, databaseURL := servicetest.MigratedDatabase(t, database)
	database.Stop(t)
	p := start(t, map[string]string{
		"DATABASE_URL":  databaseURL,
		"DRAGONFLY_URL": "redis://" + servicetest.FreeAddr(t),
	})
	assert.False(t, p.ready(t))
	status, _, _ := get(t, p.api+"/health")
	assert.Equal(t, http.StatusOK, status)
	database.Start(t)
	require.Eventually(t, func() bool { return p.ready(t) }, 5*time.Second, 10*time.Millisecond, "without the cache")
	p.end(t)
}

func TestSilentDependenciesHoldNothingUp(t *testing.T) {
	begin := time.Now()
	p := start(t, map[string]string{
		"DATABASE_URL":  "postgres://u:p@" + servicetest.DeafAddr(t) + "/d?sslmode=disable",
		"DRAGONFLY_URL": "redis://" + servicetest.DeafAddr(t), "SHUTDOWN_DRAIN": "0s",
	})
	assert.Less(t, time.Since(begin), time.Second)
	status, _, body := get(t, p.api+"/health/detailed")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	for _, name := range []string{"database", "cache"} {
		assert.Equal(t, "timeout", body["dependencies"].(map[string]any)[name].(map[string]any)["error"])
	}
	begin = time.Now()
	p.end(t)
	assert.Less(t, time.Since(begin), 5*time.Second)
}

func TestFaultsBeforeStart(t *testing.T) {
	var out output
	env := map[string]string{"ENVIRONMENT": "moon"}
	getenv := func(key string) string { return env[key] }
	err := run(t.Context(), getenv, &out)
	require.Error(t, err)
	for _, key := range []string{"ENVIRONMENT", "DATABASE_URL", "DRAGONFLY_URL", "JWT_SECRET"} {
		assert.Contains(t, err.Error(), "- "+key)
	}
	assert.Empty(t, out.String())

	env = map[string]string{
		"ENVIRONMENT": "local", "DATABASE_URL": "postgres://u:s3cret@h/d?sslmode=perhaps", "DRAGONFLY_URL": "redis://:s3cret@h?odd=1",
		"JWT_SECRET": jwtSecret,
	}
	err = run(t.Context(), getenv, &out)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "DATABASE_URL: the database URL is not accepted")
	assert.Contains(t, err.Error(), "DRAGONFLY_URL: the cache URL is not accepted")
	assert.NotContains(t, err.Error()+out.String(), "s3cret")
}

func TestASchemaThatIsNotOursEndsTheProcess(t *testing.T) {
	database := servicetest.StartPostgres(t)
	p := start(t, map[string]string{"DATABASE_URL": database.URL("postgres"), "DRAGONFLY_URL": "redis://" + servicetest.FreeAddr(t)})
	select {
	case err := <-p.ended:
		require.ErrorContains(t, err, "schema_unknown")
		assert.ErrorContains(t, err, "run the migrations")
	case <-time.After(10 * time.Second):
		t.Fatal("it serves a database without our tables")
	}
}

func TestPlaintextWarning(t *testing.T) {
	for environment, want := range map[string]int{"local": 0, "production": 1} {
		p := start(t, map[string]string{
			"ENVIRONMENT": environment, "DATABASE_URL": "postgres://u:p@" + servicetest.FreeAddr(t) + "/d",
			"DRAGONFLY_URL": "redis://" + servicetest.FreeAddr(t), "SHUTDOWN_DRAIN": "0s",
		})
		p.end(t)
		warnings := p.out.lines(t, "the database connection may go without TLS; add sslmode=verify-full to the database URL")
		assert.Len(t, warnings, want, environment)
	}
}
