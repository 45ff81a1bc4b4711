package tracing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/tripsage/infrastructure/service"
)

const (
	caller     = "0af7651916cd43dd8448eb211c80319c"
	callerSpan = "b7ad6b7169203331"
	recorded   = "00-" + caller + "-" + callerSpan + "-01"
	unrecorded = "00-" + caller + "-" + callerSpan + "-00"
)

func TestRequestWithOperations(t *testing.T) {
	collector := collect(t, nil)
	tracing := start(t, collector.URL, 0)
	ask(tracing, recorded, func(_ http.ResponseWriter, r *http.Request) {
		operate := func(dependency, name string, err error) {
			ctx, end := tracing.Operation(r.Context(), dependency, name)
			assert.NotEqual(t, trace.SpanFromContext(r.Context()), trace.SpanFromContext(ctx))
			end(err)
		}
		operate("database", "trips.get", nil)
		operate("database", "trips.update", &service.Error{Code: service.CodeConflict, Err: errors.New("hunter2")})
		operate("cache", "get", fmt.Errorf("hunter2: %w", context.DeadlineExceeded))
		operate("embedder", "embeddings", &service.Error{Code: service.CodeEmbedderDown, Err: errors.New("hunter2")})
		operate("realtime", "listen", context.Canceled)
		tracing.RequestEnded(r.Context(), service.RequestRecord{Method: "GET", Route: "/trips/{id}", Status: 503})
	})
	require.NoError(t, tracing.Shutdown(t.Context()))

	spans := collector.spans(t)
	require.Len(t, spans, 6)
	for name, want := range map[string]struct {
		kind       tracepb.Span_SpanKind
		attributes map[string]any
		fault      string // of the status; "-" is none
	}{
		"GET /trips/{id}": {tracepb.Span_SPAN_KIND_SERVER, map[string]any{"http.request.method": "GET",
			"http.route": "/trips/{id}", "http.response.status_code": int64(503), "error.type": "503"}, ""},
		"trips.get": {tracepb.Span_SPAN_KIND_CLIENT, map[string]any{"db.system.name": "postgresql", "db.query.summary": "trips.get"}, "-"},
		"trips.update": {tracepb.Span_SPAN_KIND_CLIENT, map[string]any{"db.system.name": "postgresql",
			"db.query.summary": "trips.update", "error.type": "version_conflict"}, "-"},
		"get":        {tracepb.Span_SPAN_KIND_CLIENT, map[string]any{"db.system.name": "redis", "db.operation.name": "get", "error.type": "timeout"}, "timeout"},
		"embeddings": {tracepb.Span_SPAN_KIND_CLIENT, map[string]any{"gen_ai.operation.name": "embeddings", "error.type": "embedder_down"}, "embedder_down"},
		"listen":     {tracepb.Span_SPAN_KIND_INTERNAL, map[string]any{"error.type": "client_gone"}, "-"},
	} {
		got := spans[name]
		require.NotNil(t, got, name)
		assert.Equal(t, want.kind, got.Kind, name)
		assert.Equal(t, want.attributes, valuesOf(got.Attributes), name)
		assert.Equal(t, caller, hexOf(got.TraceId), name)
		assert.Len(t, hexOf(got.SpanId), 16, name)
		assert.LessOrEqual(t, got.StartTimeUnixNano, got.EndTimeUnixNano)
		if want.fault == "-" {
			assert.Nil(t, got.Status, name)
		} else {
			assert.Equal(t, tracepb.Status_STATUS_CODE_ERROR, got.Status.GetCode(), name)
			assert.Equal(t, want.fault, got.Status.GetMessage(), name)
		}
		if name == "GET /trips/{id}" {
			assert.Equal(t, callerSpan, hexOf(got.ParentSpanId))
			assert.EqualValues(t, 0x301, got.Flags, "recorded, and its parent is elsewhere")
		} else {
			assert.Equal(t, spans["GET /trips/{id}"].SpanId, got.ParentSpanId)
			assert.EqualValues(t, 0x101, got.Flags)
		}
	}
	for _, private := range []string{"4711", "hunter2", "192.0.2.1", "127.0.0.1", "example.com"} {
		assert.NotContains(t, collector.raw(), private)
	}
}

func TestProcessIsDescribed(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "k8s.namespace.name=staging")
	collector := collect(t, nil)
	tracing := start(t, collector.URL, 1)
	ask(tracing, "", func(http.ResponseWriter, *http.Request) {})
	require.NoError(t, tracing.Shutdown(t.Context()))
	require.Equal(t, 1, collector.count())
	sent := collector.requests[0].ResourceSpans[0]
	host, err := os.Hostname()
	require.NoError(t, err)
	got := valuesOf(sent.Resource.Attributes)
	assert.NotEmpty(t, got["telemetry.sdk.version"])
	delete(got, "telemetry.sdk.version")
	assert.Equal(t, map[string]any{"service.name": "tripsage-api", "service.version": "v1.2.3", "service.instance.id": host,
		"deployment.environment.name": "staging", "k8s.namespace.name": "staging",
		"telemetry.sdk.language": "go", "telemetry.sdk.name": "opentelemetry"}, got)
	assert.Equal(t, "https://opentelemetry.io/schemas/1.40.0", sent.SchemaUrl)
	assert.Equal(t, "github.com/tripsage/infrastructure/service/tracing", sent.ScopeSpans[0].Scope.Name)
}

// The caller decides for its own trace; a share of the others is recorded.
func TestSampling(t *testing.T) {
	for name, c := range map[string]struct {
		ratio       float64
		traceparent string
		least, most int // of 2000
	}{
		"the caller records":          {0, recorded, 2000, 2000},
		"the caller does not":         {1, unrecorded, 0, 0},
		"nobody":                      {0, "", 0, 0},
		"everybody":                   {1, "", 2000, 2000},
		"a quarter":                   {0.25, "", 400, 600},
		"a header that is none":       {0, "00-hunter2-b7ad6b7169203331-01", 0, 0},
		"a header of the future":      {0, "cc-" + caller + "-" + callerSpan + "-01-what", 2000, 2000},
		"a header without a trace id": {0, "00-00000000000000000000000000000000-b7ad6b7169203331-01", 0, 0},
	} {
		tracing, recording := start(t, "http://127.0.0.1:9", c.ratio), 0
		for range 2000 {
			ask(tracing, c.traceparent, func(_ http.ResponseWriter, r *http.Request) {
				span := trace.SpanFromContext(r.Context())
				assert.True(t, span.SpanContext().IsValid(), "every request has ids")
				if span.IsRecording() {
					recording++
				}
			})
		}
		tracing.exporter.stop()
		assert.GreaterOrEqual(t, recording, c.least, name)
		assert.LessOrEqual(t, recording, c.most, name)
	}
}

func TestWithoutCollector(t *testing.T) {
	tracing := start(t, "", 1)
	ask(tracing, recorded, func(_ http.ResponseWriter, r *http.Request) {
		assert.Equal(t, caller, trace.SpanContextFromContext(r.Context()).TraceID().String(), "for the log")
		assert.Equal(t, callerSpan, trace.SpanContextFromContext(r.Context()).SpanID().String())
		ctx, end := tracing.Operation(r.Context(), "database", "trips.get")
		assert.Equal(t, r.Context(), ctx)
		end(nil)
		tracing.RequestEnded(r.Context(), service.RequestRecord{Method: "GET", Route: "/", Status: 200})
	})
	ask(tracing, "", func(_ http.ResponseWriter, r *http.Request) {
		assert.False(t, trace.SpanContextFromContext(r.Context()).IsValid())
	})
	require.NoError(t, tracing.Shutdown(t.Context()))
}

func TestUntracedPaths(t *testing.T) {
	tracing := start(t, "http://127.0.0.1:9", 1, "/health")
	defer tracing.exporter.stop()
	for path, traced := range map[string]bool{"/health": false, "/health/detailed": true, "/": true} {
		tracing.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			assert.Equal(t, traced, trace.SpanFromContext(r.Context()).IsRecording(), path)
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
}

func TestOperationOutsideOfARequest(t *testing.T) {
	tracing := start(t, "http://127.0.0.1:9", 1)
	defer tracing.exporter.stop()
	ctx, end := tracing.Operation(t.Context(), "database", "sweep")
	assert.Equal(t, t.Context(), ctx)
	end(errors.New("x"))
}

func TestNamesOfOddRequests(t *testing.T) {
	collector := collect(t, nil)
	tracing := start(t, collector.URL, 1)
	for _, record := range []service.RequestRecord{
		{Method: "OTHER", Route: "not_found", Status: 405},
		{Method: "POST", Route: "not_found", Status: 404},
	} {
		ask(tracing, "", func(_ http.ResponseWriter, r *http.Request) { tracing.RequestEnded(r.Context(), record) })
	}
	require.NoError(t, tracing.Shutdown(t.Context()))
	spans := collector.spans(t)
	assert.Equal(t, map[string]any{"http.request.method": "_OTHER", "http.response.status_code": int64(405)}, valuesOf(spans["HTTP"].Attributes))
	assert.Equal(t, map[string]any{"http.request.method": "POST", "http.response.status_code": int64(404)}, valuesOf(spans["POST"].Attributes))
	assert.Nil(t, spans["POST"].Status, "the client's mistakes are not the service's")
}

// A panic passes, ends the span, and what it says stays here.
func TestPanic(t *testing.T) {
	collector := collect(t, nil)
	tracing := start(t, collector.URL, 1)
	assert.PanicsWithError(t, "hunter2", func() {
		ask(tracing, "", func(http.ResponseWriter, *http.Request) { panic(errors.New("hunter2")) })
	})
	require.NoError(t, tracing.Shutdown(t.Context()))
	assert.Len(t, collector.spans(t), 1)
	assert.NotContains(t, collector.raw(), "hunter2")
}

func TestStartRefuses(t *testing.T) {
	for want, options := range map[string]Options{
		"the share of recorded traces is 1.5, expected 0 to 1":  {Endpoint: "http://x", Ratio: 1.5},
		"the share of recorded traces is -0.1, expected 0 to 1": {Endpoint: "http://x", Ratio: -0.1},
		"the collector's URL is not a valid URL":                {Endpoint: "http://user:hunter2@x:y\x7f"},
	} {
		_, err := Start(t.Context(), options)
		assert.EqualError(t, err, want)
	}
}

func BenchmarkRequest(b *testing.B) {
	for name, options := range map[string]Options{
		"without collector": {}, "unrecorded": {Endpoint: "http://127.0.0.1:9"},
	} {
		b.Run(name, func(b *testing.B) {
			tracing, err := Start(b.Context(), options)
			require.NoError(b, err)
			handler := tracing.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, end := tracing.Operation(r.Context(), "database", "trips.get")
				end(nil)
				tracing.RequestEnded(r.Context(), service.RequestRecord{})
			}))
			r, w := httptest.NewRequest(http.MethodGet, "/"+strings.Repeat("x", 10), nil), httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
		})
	}
}
