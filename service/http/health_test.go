package httpapi

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares the indented JSON body with testdata/<name>.json.
func golden(t *testing.T, name string, answer *httptest.ResponseRecorder) {
	t.Helper()
	body := bodyOf(t, answer)
	if _, ok := body["uptime_seconds"]; ok {
		body["uptime_seconds"] = 0 // the only value that depends on the clock
	}
	got, err := json.MarshalIndent(body, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", name+".json")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got)+"\n")
}

func TestHealthAnswers(t *testing.T) {
	degraded := upDatabase
	degraded.Status, degraded.Code, degraded.Extensions = service.StatusDegraded, service.CodeExtensionMissing, nil
	for name, tc := range map[string]struct {
		report          service.Report
		ready, detailed int
	}{
		"up":            {report(upDatabase, upCache), 200, 200},
		"cache-down":    {report(upDatabase, downCache), 200, 200},
		"no-pgvector":   {report(degraded, upCache), 200, 200},
		"database-down": {report(downDatabase, upCache), 503, 503},
		"all-down":      {report(downDatabase, downCache), 503, 503},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, withReport(tc.report))
			live := f.get("/health")
			assert.Equal(t, http.StatusOK, live.Code)
			assert.JSONEq(t, `{"status":"up"}`, live.Body.String())

			ready := f.get("/health/ready")
			assert.Equal(t, tc.ready, ready.Code)
			golden(t, name+"-ready", ready)

			detailed := f.get("/health/detailed")
			assert.Equal(t, tc.detailed, detailed.Code)
			golden(t, name+"-detailed", detailed)
			assert.Equal(t, "application/json", detailed.Header().Get("Content-Type"))
		})
	}
}

func TestLivenessNeverTouchesDependencies(t *testing.T) {
	f := newFixture(t, func(o *Options) {
		o.Health = healthFunc(func(context.Context) (service.Report, error) {
			t.Error("a dependency was asked")
			return service.Report{}, nil
		})
	})
	assert.Equal(t, http.StatusOK, f.get("/health").Code)
	assert.Equal(t, http.StatusOK, f.get("/version").Code)
	f.Drain()
	assert.Equal(t, http.StatusOK, f.get("/health").Code, "a restart would cut the drain short")
	assert.Equal(t, http.StatusServiceUnavailable, f.get("/health/ready").Code, "known without asking")
}

func TestDraining(t *testing.T) {
	f := newFixture(t, nil)
	before := f.get("/health/ready")
	assert.Equal(t, http.StatusOK, before.Code)
	assert.Empty(t, before.Header().Get("Connection"))

	f.Drain()
	ready := f.get("/health/ready")
	assert.Equal(t, http.StatusServiceUnavailable, ready.Code)
	golden(t, "draining-ready", ready)
	detailed := f.get("/health/detailed")
	assert.Equal(t, http.StatusOK, detailed.Code, "requests are still served")
	assert.Equal(t, true, bodyOf(t, detailed)["draining"])
	for _, path := range []string{"/health", "/health/detailed", "/version", "/nowhere"} {
		assert.Equal(t, "close", f.get(path).Header().Get("Connection"), path)
	}
}

func TestVersion(t *testing.T) {
	answer := newFixture(t, nil).get("/version")
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.JSONEq(t, `{"version":"v1.2.3","commit":"c0ffee","go_version":"go1.26.0"}`, answer.Body.String())
}

func TestInternalErrorsStayInternal(t *testing.T) {
	leaky := downDatabase
	leaky.Err = &service.Error{Code: service.CodeConnectionRefused, Err: io.ErrUnexpectedEOF}
	body := newFixture(t, withReport(report(leaky, upCache))).get("/health/detailed").Body.String()
	assert.NotContains(t, body, io.ErrUnexpectedEOF.Error())
	assert.Regexp(t, regexp.MustCompile(`"error":"connection_refused"`), body)
}

func TestReportThatDoesNotComeInTime(t *testing.T) {
	f := newFixture(t, func(o *Options) {
		o.Limits.RequestTimeout = 1
		o.Health = healthFunc(func(ctx context.Context) (service.Report, error) {
			<-ctx.Done()
			return service.Report{}, ctx.Err()
		})
	})
	for _, path := range []string{"/health/ready", "/health/detailed"} {
		answer := f.get(path)
		assert.Equal(t, http.StatusGatewayTimeout, answer.Code)
		assert.Equal(t, "timeout", bodyOf(t, answer)["code"])
	}
}

func benchmark(b *testing.B, path string) {
	f := newFixture(b, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	request := httptest.NewRequest(http.MethodGet, path, nil)
	b.ReportAllocs()
	for b.Loop() {
		f.records.records = f.records.records[:0]
		f.ServeHTTP(httptest.NewRecorder(), request)
	}
}

func BenchmarkHealth(b *testing.B) { benchmark(b, "/health") }

func BenchmarkHealthDetailed(b *testing.B) { benchmark(b, "/health/detailed") }
