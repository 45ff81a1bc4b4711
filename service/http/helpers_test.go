package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/logging"
)

// healthFunc makes a Health of a function.
type healthFunc func(context.Context) (service.Report, error)

func (f healthFunc) Report(ctx context.Context) (service.Report, error) { return f(ctx) }

// recorder remembers what was counted.
type recorder struct {
	mu       sync.Mutex
	inFlight int
	records  []service.RequestRecord
}

func (r *recorder) Begin() { r.mu.Lock(); defer r.mu.Unlock(); r.inFlight++ }

func (r *recorder) End(_ context.Context, record service.RequestRecord) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight--
	r.records = append(r.records, record)
}

func (r *recorder) last(t *testing.T) service.RequestRecord {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.NotEmpty(t, r.records)
	return r.records[len(r.records)-1]
}

// syncBuffer is a log target that a test may read while the server writes.
type syncBuffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(p)
}

func (b *syncBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.data.String() }

// fixture is an API with observable surroundings.
type fixture struct {
	*API
	logs    *syncBuffer
	records *recorder
	events  *events
	stores  *fakes
	t       require.TestingT
}

func report(database, cache service.DependencyReport) service.Report {
	database.Name, database.Required, cache.Name = "database", true, "cache"
	r := service.Report{
		Status:       service.StatusUp,
		CheckedAt:    time.Date(2026, 5, 4, 3, 2, 1, 999_999_999, time.FixedZone("", 3600)),
		Dependencies: []service.DependencyReport{database, cache},
	}
	switch {
	case database.Status == service.StatusDown:
		r.Status = service.StatusDown
	case cache.Status != service.StatusUp || database.Status != service.StatusUp:
		r.Status = service.StatusDegraded
	}
	return r
}

var (
	upDatabase = service.DependencyReport{
		Status: service.StatusUp, Latency: 1234567 * time.Nanosecond,
		Observation: service.Observation{Server: "PostgreSQL", Version: "17.2", Extensions: map[string]string{"vector": "0.8.0"}},
	}
	upCache = service.DependencyReport{
		Status: service.StatusUp, Latency: 200 * time.Microsecond,
		Observation: service.Observation{Server: "Dragonfly", Version: "1.34.2"},
	}
	downDatabase = service.DependencyReport{Status: service.StatusDown, Code: service.CodeConnectionRefused, Latency: time.Millisecond}
	downCache    = service.DependencyReport{Status: service.StatusDown, Code: service.CodeTimeout, Latency: 500 * time.Millisecond}
)

func newFixture(t testing.TB, change func(*Options), extra ...route) *fixture {
	t.Helper()
	f := &fixture{logs: &syncBuffer{}, records: &recorder{}, events: &events{}}
	options := Options{
		Health:      healthFunc(func(context.Context) (service.Report, error) { return report(upDatabase, upCache), nil }),
		Recorder:    f.records,
		Log:         logging.New(f.logs, slog.LevelDebug, "staging", "v1.2.3"),
		Audit:       logging.NewAuditor(f.logs, "staging", "v1.2.3"),
		Build:       service.BuildInfo{Version: "v1.2.3", Commit: "c0ffee", GoVersion: "go1.26.0"},
		Environment: "staging",
		Started:     time.Now(),
		Limits:      DefaultLimits(),
		RateLimit:   RateLimit{PerMinute: 1_000_000},
		Features:    service.Features{PricePrediction: true},
		Auth:        authFunc(authenticate),
		Limiter: limiterFunc(func(service.UserID) service.RateDecision {
			return service.RateDecision{Allowed: true, Limit: 100, Remaining: 99}
		}),
		Observer: f.events,
		Realtime: realtimeFunc(func(http.ResponseWriter, *http.Request, service.Principal) error { return nil }),
	}
	f.stores = fakeStores(&options)
	if change != nil {
		change(&options)
	}
	f.API, f.t = New(options), t
	f.handler = f.chain(append(f.routes(), extra...))
	return f
}

func withReport(r service.Report) func(*Options) {
	return func(o *Options) {
		o.Health = healthFunc(func(context.Context) (service.Report, error) { return r, nil })
	}
}

func (f *fixture) get(path string) *httptest.ResponseRecorder {
	return f.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (f *fixture) do(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	f.ServeHTTP(answer, r)
	checkAnswer(f.t, r, answer)
	return answer
}

// as sends a request of a user; an empty body is none.
func (f *fixture) as(user service.UserID, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+string(user))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return f.do(r)
}

func bodyOf(t *testing.T, answer *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var body map[string]any
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body), answer.Body.String())
	return body
}

// lines returns the log lines with the message.
func (f *fixture) lines(t *testing.T, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(f.logs.String()) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		if line["message"] == message {
			found = append(found, line)
		}
	}
	return found
}
