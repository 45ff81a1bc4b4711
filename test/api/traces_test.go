package apitest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// collector keeps the spans that come with OTLP over HTTP, as JSON.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []collected
	raw   strings.Builder
}

type collected struct{ TraceID, SpanID, ParentSpanID, Name string }

func collect(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "POST /v1/traces", r.Method+" "+r.URL.Path)
		data, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		var body struct {
			ResourceSpans []struct {
				ScopeSpans []struct{ Spans []collected }
			}
		}
		assert.NoError(t, json.Unmarshal(data, &body))
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw.Write(data)
		for _, resource := range body.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{}`)
	}))
	t.Cleanup(c.Close)
	return c
}

// TestTraces: a request has one trace from its caller through the log to the collector, and the
// spans of what was done for it hang below its own.
func TestTraces(t *testing.T) {
	c := collect(t)
	a, ada := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL, "OTEL_TRACES_SAMPLER_ARG=1"), someone("ada")
	const given = "4bf92f3577b34da6a3ce929d0e0e4736"
	user := a.as(ada)
	user.do(t, "GET", "/search/destinations?q="+secret("asked"), "", "Traceparent", "00-"+given+"-00f067aa0ba902b7-01").is(t, 200)
	user.make(t, "/memory", `{"content":"`+secret("memory")+`"}`)
	user.do(t, "GET", "/trips/4711", "").is(t, 404)
	user.do(t, "GET", "/trips", "", "Traceparent", "00-"+strings.Repeat("a", 32)+"-00f067aa0ba902b7-00").is(t, 200)
	a.stop(t)                     // which sends the rest
	traces := map[string]string{} // by route, as the log has them
	for _, line := range a.lines(t, "request") {
		if id, ok := line["trace_id"].(string); ok {
			traces[line["route"].(string)] = id
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	assert.Empty(t, leaks(c.raw.String()), "leaked in the traces")
	assert.NotContains(t, c.raw.String(), "4711")
	assert.NotContains(t, c.raw.String(), ada.id)
	assert.Equal(t, given, traces["/search/destinations"])
	assert.Equal(t, strings.Repeat("a", 32), traces["/trips"])
	for route, name := range map[string]string{
		"/search/destinations": "GET /search/destinations", "/memory": "POST /memory", "/trips/{id}": "GET /trips/{id}",
	} {
		var root collected
		below := map[string]bool{}
		for _, span := range c.spans {
			if span.Name == name {
				root = span
			}
		}
		require.Equal(t, traces[route], root.TraceID, name)
		for _, span := range c.spans {
			if span.TraceID == root.TraceID && span.ParentSpanID == root.SpanID {
				below[span.Name] = true
			}
		}
		assert.NotEmpty(t, below, name)
	}
	for _, span := range c.spans { // the caller said no
		assert.NotEqual(t, strings.Repeat("a", 32), span.TraceID)
	}
}

// TestCollectorDown: nobody waits for traces.
func TestCollectorDown(t *testing.T) {
	c := collect(t)
	c.Close()
	a := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL, "OTEL_TRACES_SAMPLER_ARG=1")
	a.as(someone("ada")).do(t, "GET", "/trips", "").is(t, 200)
	a.stop(t)
}
