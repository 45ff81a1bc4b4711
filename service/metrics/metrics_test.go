package apimetrics

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func scrape(t *testing.T, r *Registry) string {
	t.Helper()
	answer := httptest.NewRecorder()
	r.Handler(log.New(io.Discard, "", 0)).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, answer.Code)
	return answer.Body.String()
}

func TestAllMetrics(t *testing.T) {
	r := New(service.BuildInfo{Version: "v1.2.3", Commit: "c0ffee", GoVersion: "go1.26.0"})
	requests := NewHTTP(r)
	requests.Begin()
	requests.Begin()
	requests.End(service.RequestRecord{Method: "GET", Route: "/trips/{id}", Status: 200, Duration: 30 * time.Millisecond, Bytes: 12})
	r.AddPool("database", func() service.PoolStats {
		return service.PoolStats{Max: 50, InUse: 3, Idle: 2, Waits: 7, WaitTime: 1500 * time.Millisecond, Timeouts: 1}
	})
	r.AddPool("cache", func() service.PoolStats { return service.PoolStats{Max: 20} })
	report, known := service.Report{}, false
	r.AddDependencies(func() (service.Report, bool) { return report, known })

	text := scrape(t, r)
	assert.NotContains(t, text, "dependency_up{", "nothing is known before the first check")
	for _, line := range []string{
		`build_info{commit="c0ffee",goversion="go1.26.0",version="v1.2.3"} 1`,
		`http_requests_total{method="GET",route="/trips/{id}",status="200"} 1`,
		`http_request_duration_seconds_bucket{method="GET",route="/trips/{id}",le="0.025"} 0`,
		`http_request_duration_seconds_bucket{method="GET",route="/trips/{id}",le="0.05"} 1`,
		`http_request_duration_seconds_sum{method="GET",route="/trips/{id}"} 0.03`,
		`http_response_bytes_total{method="GET",route="/trips/{id}"} 12`,
		`http_requests_in_flight 1`,
		`pool_connections{pool="database",state="in_use"} 3`,
		`pool_connections{pool="database",state="idle"} 2`,
		`pool_max_connections{pool="database"} 50`,
		`pool_max_connections{pool="cache"} 20`,
		`pool_waits_total{pool="database"} 7`,
		`pool_wait_seconds_total{pool="database"} 1.5`,
		`pool_timeouts_total{pool="database"} 1`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.Contains(t, text, "go_goroutines ")
	assert.Contains(t, text, "process_resident_memory_bytes ")

	report = service.Report{Dependencies: []service.DependencyReport{
		{Name: "database", Status: service.StatusDegraded, Latency: 2 * time.Millisecond},
		{Name: "cache", Status: service.StatusDown, Latency: 500 * time.Millisecond},
	}}
	known = true
	text = scrape(t, r)
	for _, line := range []string{
		`dependency_up{dependency="database"} 1`, `dependency_up{dependency="cache"} 0`,
		`dependency_check_seconds{dependency="database"} 0.002`, `dependency_check_seconds{dependency="cache"} 0.5`,
	} {
		assert.Contains(t, text, line+"\n")
	}
}

func TestNamesFollowPrometheusRules(t *testing.T) {
	r := New(service.BuildInfo{})
	NewHTTP(r).End(service.RequestRecord{Method: "GET", Route: "/", Status: 200})
	r.AddPool("database", func() service.PoolStats { return service.PoolStats{} })
	r.AddDependencies(func() (service.Report, bool) {
		return service.Report{Dependencies: []service.DependencyReport{{Name: "x"}}}, true
	})
	problems, err := testutil.GatherAndLint(r.registry)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

func TestHandlerServesOnlyMetrics(t *testing.T) {
	handler := New(service.BuildInfo{}).Handler(log.New(io.Discard, "", 0))
	for _, tc := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/metrics", 200}, {"GET", "/", 404}, {"GET", "/debug/pprof/", 404}, {"POST", "/metrics", 405},
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(tc.method, tc.path, strings.NewReader("x")))
		assert.Equal(t, tc.status, answer.Code, "%s %s", tc.method, tc.path)
	}
}
