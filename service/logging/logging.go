// Package logging makes the service's logger: one JSON object per line.
package logging

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"go.opentelemetry.io/otel/trace"

	"github.com/tripsage/infrastructure/service"
)

// New returns a logger that writes to w from level upwards, each line with one Write. Every line has
// time, level, message, service, environment and version; request_id while a request is served; and
// trace_id and span_id, in hexadecimal as in a traceparent header, when the request has a trace.
// When w is a *Buffer, lines of requests below slog.LevelWarn wait in it, and no others.
func New(w io.Writer, level slog.Level, environment, version string) *slog.Logger {
	out := &output{Writer: w}
	out.buffer, _ = w.(*Buffer)
	ordinary := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: renameMessage})
	return slog.New(handler{Handler: ordinary, out: out, plain: true}).With(
		slog.String("service", "tripsage-api"),
		slog.String("environment", environment),
		slog.String("version", version),
	)
}

// renameMessage writes "message", the name that log collectors look for.
func renameMessage(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.MessageKey {
		attr.Key = "message"
	}
	return attr
}

// output is where both ways to make a line write it.
type output struct {
	io.Writer
	mu     sync.Mutex // Handler has one of its own, which does not know of the plain lines
	buffer *Buffer    // or nil
	lines  sync.Pool  // of *line
}

// Write writes one line.
func (o *output) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Writer.Write(line)
}

// handler adds the ids of the request in the context. A logger with a group has them inside of the
// group, as slog puts everything there.
type handler struct {
	slog.Handler // writes what is not plain
	out          *output
	plain        bool
	attrs        []byte // of the logger, as they are in the line
}

// Handle writes one line.
func (h handler) Handle(ctx context.Context, record slog.Record) error {
	var space [3]slog.Attr
	ids := space[:0]
	request := service.RequestID(ctx)
	if request != "" {
		ids = append(ids, slog.String("request_id", request))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		ids = append(ids, slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	if !h.writePlain(record, ids) {
		record.AddAttrs(ids...)
		if err := h.Handler.Handle(ctx, record); err != nil {
			return err
		}
	}
	if h.out.buffer != nil && (request == "" || record.Level >= slog.LevelWarn) {
		h.out.buffer.Flush()
	}
	return nil
}

// writePlain says whether the record was plain, and so has been written.
func (h handler) writePlain(record slog.Record, ids []slog.Attr) bool {
	if !h.plain {
		return false
	}
	l, ok := h.out.lines.Get().(*line)
	if !ok {
		l = &line{}
	}
	defer h.out.lines.Put(l)
	l.begin(record)
	l.text = append(l.text, h.attrs...)
	record.Attrs(func(a slog.Attr) bool {
		l.attr(a)
		return l.plain
	})
	for _, id := range ids {
		l.attr(id)
	}
	if !l.plain {
		return false
	}
	l.end()
	_, _ = h.out.Write(l.text) // slog's loggers have nobody to tell either
	return true
}

// WithAttrs keeps the wrapper around the handler with the attributes.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	l := line{text: append([]byte(nil), h.attrs...), plain: h.plain}
	for _, a := range attrs {
		l.attr(a)
	}
	return handler{Handler: h.Handler.WithAttrs(attrs), out: h.out, plain: l.plain, attrs: l.text}
}

// WithGroup keeps the wrapper around the handler with the group.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{Handler: h.Handler.WithGroup(name), out: h.out, plain: h.plain && name == ""}
}
