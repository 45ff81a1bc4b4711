// Package logging makes the service's logger: one JSON object per line.
package logging

import (
	"context"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"github.com/tripsage/infrastructure/service"
)

// New returns a logger that writes to w from level upwards. Every line has time, level,
// message, service, environment and version; request_id while a request is served; and trace_id and
// span_id, in hexadecimal as in a traceparent header, when the request has a trace.
func New(w io.Writer, level slog.Level, environment, version string) *slog.Logger {
	json := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: renameMessage})
	return slog.New(requestHandler{json}).With(
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

// requestHandler adds the ids of the request in the context. A logger with a group has them inside
// of the group, as slog puts everything there.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := service.RequestID(ctx); id != "" {
		record.AddAttrs(slog.String("request_id", id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs keeps the wrapper around the handler with the attributes.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the wrapper around the handler with the group.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
