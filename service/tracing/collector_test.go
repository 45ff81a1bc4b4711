package tracing

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// collector is a server that understands OTLP with the protocol's own types: a field that they do
// not have is an error.
type collector struct {
	*httptest.Server
	mu       sync.Mutex
	bodies   []string
	requests []*collectorpb.ExportTraceServiceRequest
}

// collect starts a collector. answer, if there is one, is called with the number of the request from 1.
func collect(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "POST /v1/traces", r.Method+" "+r.URL.Path)
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		request := &collectorpb.ExportTraceServiceRequest{}
		assert.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: false}.Unmarshal(body, request), string(body))
		c.mu.Lock()
		c.bodies, c.requests = append(c.bodies, string(body)), append(c.requests, request)
		n := len(c.requests)
		c.mu.Unlock()
		if answer != nil {
			answer(w, r, n)
			return
		}
		_, _ = io.WriteString(w, `{"partialSuccess":{}}`)
	}))
	c.Config.SetKeepAlivesEnabled(false) // an open connection would stop the clock of a bubble
	t.Cleanup(c.Close)
	return c
}

func (c *collector) count() int { c.mu.Lock(); defer c.mu.Unlock(); return len(c.requests) }

// raw is everything that was sent.
func (c *collector) raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.bodies, "\n")
}

// spans are those of all requests, by name.
func (c *collector) spans(t *testing.T) map[string]*tracepb.Span {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[string]*tracepb.Span{}
	for _, request := range c.requests {
		require.Len(t, request.ResourceSpans, 1)
		require.Len(t, request.ResourceSpans[0].ScopeSpans, 1)
		for _, s := range request.ResourceSpans[0].ScopeSpans[0].Spans {
			found[s.Name] = s
		}
	}
	return found
}

// hexOf undoes what protojson does to ids: OTLP writes them in hexadecimal, where protobuf has base64.
func hexOf(id []byte) string { return base64.StdEncoding.EncodeToString(id) }

// valuesOf shows attributes as text and numbers.
func valuesOf(attributes []*commonpb.KeyValue) map[string]any {
	out := map[string]any{}
	for _, a := range attributes {
		switch v := a.Value.Value.(type) {
		case *commonpb.AnyValue_StringValue:
			out[a.Key] = v.StringValue
		case *commonpb.AnyValue_IntValue:
			out[a.Key] = v.IntValue
		case *commonpb.AnyValue_BoolValue:
			out[a.Key] = v.BoolValue
		default:
			out[a.Key] = v
		}
	}
	return out
}

func start(t *testing.T, endpoint string, ratio float64, untraced ...string) *Tracing {
	t.Helper()
	tracing, err := Start(t.Context(), Options{Endpoint: endpoint, Ratio: ratio, ServiceName: "tripsage-api",
		Version: "v1.2.3", Environment: "staging", Untraced: untraced, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return tracing
}

// ask sends a request through the middleware to a handler.
func ask(tracing *Tracing, traceparent string, serve http.HandlerFunc) {
	r := httptest.NewRequest(http.MethodGet, "/trips/4711?token=hunter2", nil)
	r.Header.Set("Authorization", "Bearer hunter2")
	if traceparent != "" {
		r.Header.Set("traceparent", traceparent)
	}
	tracing.Middleware(serve).ServeHTTP(httptest.NewRecorder(), r)
}
