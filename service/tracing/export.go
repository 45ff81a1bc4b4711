package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporter sends batches of spans. The batch processor calls it from one goroutine at a time.
type exporter struct {
	endpoint string
	client   *http.Client
	log      *slog.Logger
	stopped  context.Context // ends with stop, and every try with it
	stop     func()

	mu   sync.Mutex
	down bool // the last batch was lost
	lost int  // spans, since the collector went down
}

func newExporter(endpoint string, log *slog.Logger) *exporter {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 1
	e := &exporter{
		endpoint: endpoint,
		log:      log,
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	e.stopped, e.stop = context.WithCancel(context.Background())
	return e
}

// ExportSpans is part of sdktrace.SpanExporter. It returns no error: what it would return would be
// printed by OpenTelemetry for every batch, past our log.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.stopped, cancel)()
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(encode(spans)); err != nil {
		panic(err) // strings, numbers and truth values always encode
	}
	rejected, err := e.send(ctx, body.Bytes())
	switch {
	case err != nil:
		rejected = len(spans)
	case rejected > 0:
		err = fmt.Errorf("it rejected %d of %d spans", rejected, len(spans))
	}
	e.report(rejected, err)
	return nil
}

// Shutdown is part of sdktrace.SpanExporter.
func (e *exporter) Shutdown(context.Context) error {
	e.stop()
	e.client.CloseIdleConnections()
	return nil
}

// report logs when the collector goes down and when it comes back, and nothing in between.
func (e *exporter) report(lost int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case err != nil:
		e.lost += lost
		if !e.down {
			e.log.Warn("the collector does not take traces; they are dropped until it does", slog.String("error", err.Error()))
		}
		e.down = true
	case e.down:
		e.log.Info("the collector takes traces again", slog.Int("lost_spans", e.lost))
		e.down, e.lost = false, 0
	}
}
