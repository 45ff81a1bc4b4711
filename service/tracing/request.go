package tracing

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/tripsage/infrastructure/service"
)

// Middleware gives each request a span, which is in the request's context. It goes around whatever
// logs requests, so that the log has the span's ids. RequestEnded completes the span.
func (t *Tracing) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t.untraced[r.URL.Path] {
			next.ServeHTTP(w, r)
			return
		}
		if len(r.Header["Traceparent"]) > 0 {
			r = r.WithContext(propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header)))
		}
		if t.tracer == nil {
			next.ServeHTTP(w, r)
			return
		}
		ctx, span := t.tracer.Start(r.Context(), "HTTP", trace.WithSpanKind(trace.SpanKindServer))
		// Deferred itself, End would take a panic for an event of the span and send its text.
		defer func() { span.End() }()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// RequestEnded writes what became of a request on its span, which is named after the method and the
// route. ctx is the one that the handler inside of Middleware got.
func (t *Tracing) RequestEnded(ctx context.Context, record service.RequestRecord) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	name := record.Method
	if name == "OTHER" {
		name = "HTTP"
	}
	attributes := append(make([]attribute.KeyValue, 0, 4),
		methodAttribute(record.Method), semconv.HTTPResponseStatusCode(record.Status))
	if strings.HasPrefix(record.Route, "/") { // else it is none
		name += " " + record.Route
		attributes = append(attributes, semconv.HTTPRoute(record.Route))
	}
	if record.Status >= http.StatusInternalServerError {
		attributes = append(attributes, semconv.ErrorTypeKey.String(strconv.Itoa(record.Status)))
		span.SetStatus(codes.Error, "")
	}
	span.SetName(name)
	span.SetAttributes(attributes...)
}

func methodAttribute(method string) attribute.KeyValue {
	if method == "OTHER" {
		return semconv.HTTPRequestMethodOther
	}
	return semconv.HTTPRequestMethodKey.String(method)
}
