package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// oneSpan is a batch.
func oneSpan() []sdktrace.ReadOnlySpan {
	return tracetest.SpanStubs{{Name: "x", StartTime: time.Unix(1, 2), EndTime: time.Unix(3, 4)}}.Snapshots()
}

// logged makes an exporter whose log lines can be read.
func logged(endpoint string) (*exporter, *bytes.Buffer) {
	var out bytes.Buffer
	return newExporter(endpoint+"/v1/traces", slog.New(slog.NewJSONHandler(&out, nil))), &out
}

func logLines(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		delete(line, "time")
		lines = append(lines, line)
	}
	return lines
}

func TestEncodingOfEverything(t *testing.T) {
	state, err := trace.ParseTraceState("vendor=1")
	require.NoError(t, err)
	id := trace.TraceID{0: 0xab, 15: 0xff}
	self := trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: trace.SpanID{7: 1}, TraceState: state, TraceFlags: 1})
	collector := collect(t, nil)
	exporter, _ := logged(collector.URL)
	stub := tracetest.SpanStub{Name: "é\xff\"", SpanContext: self, StartTime: time.Unix(1, 2), EndTime: time.Unix(1<<33, 4),
		DroppedAttributes: 3, Attributes: []attribute.KeyValue{attribute.Int64("int", 1<<62), attribute.Bool("yes", true),
			attribute.Bool("no", false), attribute.String("empty", ""), attribute.StringSlice("many", []string{"a", "b"})}}
	require.NoError(t, exporter.ExportSpans(t.Context(), tracetest.SpanStubs{stub, stub}.Snapshots()))
	require.NoError(t, exporter.ExportSpans(t.Context(), nil))
	require.Equal(t, 1, collector.count(), "nothing is sent for no spans")
	spans := collector.requests[0].ResourceSpans[0].ScopeSpans[0].Spans
	require.Len(t, spans, 2)
	got := spans[0]
	assert.Equal(t, "é\ufffd\"", got.Name)
	assert.Equal(t, "ab0000000000000000000000000000ff", hexOf(got.TraceId))
	assert.Equal(t, "0000000000000001", hexOf(got.SpanId))
	assert.Empty(t, got.ParentSpanId)
	assert.Equal(t, "vendor=1", got.TraceState)
	assert.EqualValues(t, 1_000_000_002, got.StartTimeUnixNano)
	assert.EqualValues(t, int64(1<<33)*1_000_000_000+4, got.EndTimeUnixNano)
	assert.EqualValues(t, 3, got.DroppedAttributesCount)
	assert.Equal(t, map[string]any{"int": int64(1 << 62), "yes": true, "no": false, "empty": "", "many": `["a","b"]`}, valuesOf(got.Attributes))
}

func TestRetriesUntilItWorks(t *testing.T) {
	answers := []int{429, 502, 503, 504, 200}
	collector := collect(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 2 {
			w.Header().Set("Retry-After", "3")
		}
		w.WriteHeader(answers[n-1])
	})
	synctest.Test(t, func(t *testing.T) {
		exporter, out := logged(collector.URL)
		start := time.Now()
		require.NoError(t, exporter.ExportSpans(t.Context(), oneSpan()))
		assert.Empty(t, out.String())
		assert.GreaterOrEqual(t, time.Since(start), 3*time.Second)
	})
	assert.Equal(t, len(answers), collector.count())
}

func TestNoRetry(t *testing.T) {
	elsewhere := collect(t, nil)
	for _, code := range []int{400, 401, 404, 413, 500, 307} {
		collector := collect(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Location", elsewhere.URL+"/v1/traces")
			w.WriteHeader(code)
		})
		exporter, out := logged(collector.URL)
		require.NoError(t, exporter.ExportSpans(t.Context(), oneSpan()))
		assert.Equal(t, 1, collector.count(), "status %d", code)
		assert.Contains(t, out.String(), "it answered")
	}
	assert.Zero(t, elsewhere.count(), "redirects are not followed")
}

// There is one log line when it stops working and one when it works again.
func TestReports(t *testing.T) {
	fails := true
	collector := collect(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		if fails {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		exporter, out := logged(collector.URL)
		export := func() {
			ctx, cancel := context.WithTimeout(t.Context(), exportTimeout)
			defer cancel()
			require.NoError(t, exporter.ExportSpans(ctx, oneSpan()))
		}
		start := time.Now()
		export()
		assert.LessOrEqual(t, time.Since(start), exportTimeout)
		export()
		fails = false
		export()
		export()
		assert.Equal(t, []map[string]any{
			{"level": "WARN", "msg": "the collector does not take traces; they are dropped until it does", "error": "it answered 503"},
			{"level": "INFO", "msg": "the collector takes traces again", "lost_spans": 2.0},
		}, logLines(t, out))
	})
}

func TestPartialSuccess(t *testing.T) {
	for answer, want := range map[string]int{
		``: 0, `{}`: 0, `nonsense`: 0, `{"partialSuccess":{}}`: 0, `{"partialSuccess":{"rejectedSpans":"0"}}`: 0,
		`{"partialSuccess":{"rejectedSpans":"7","errorMessage":"x"}}`: 7, `{"partialSuccess":{"rejectedSpans":7}}`: 7,
		`{"partialSuccess":{"rejectedSpans":"x"}}`: 0,
	} {
		assert.Equal(t, want, rejectedOf([]byte(answer)), answer)
	}
	collector := collect(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		_, _ = io.WriteString(w, `{"partialSuccess":{"rejectedSpans":"1","errorMessage":"hunter2"}}`)
	})
	exporter, out := logged(collector.URL)
	require.NoError(t, exporter.ExportSpans(t.Context(), oneSpan()))
	assert.Contains(t, out.String(), "it rejected 1 of 1 spans")
	assert.NotContains(t, out.String(), "hunter2")
}

// A collector that is not there costs requests nothing, and the shutdown no more than it is given.
func TestCollectorIsNotThere(t *testing.T) {
	var out bytes.Buffer
	tracing, err := Start(t.Context(), Options{Endpoint: "http://127.0.0.1:9", Ratio: 1, Log: slog.New(slog.NewJSONHandler(&out, nil))})
	require.NoError(t, err)
	for range 10 * queueSize {
		ask(tracing, "", func(http.ResponseWriter, *http.Request) {})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, tracing.Shutdown(ctx), context.DeadlineExceeded)
	require.Eventually(t, func() bool {
		tracing.exporter.mu.Lock()
		defer tracing.exporter.mu.Unlock()
		return tracing.exporter.lost >= batchSize
	}, 5*time.Second, time.Millisecond, "what waits is given up at once after the shutdown")
	tracing.exporter.mu.Lock()
	defer tracing.exporter.mu.Unlock()
	lines := logLines(t, &out)
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0]["error"], "no answer: ")
	assert.NotContains(t, out.String(), "127.0.0.1")
}

func TestCollectorHangs(t *testing.T) {
	cut := make(chan struct{})
	collector := collect(t, func(_ http.ResponseWriter, r *http.Request, _ int) {
		<-r.Context().Done()
		close(cut)
	})
	tracing := start(t, collector.URL, 1)
	ask(tracing, "", func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for collector.count() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	require.ErrorIs(t, tracing.Shutdown(ctx), context.Canceled)
	<-cut // the try does not outlive the shutdown
}
