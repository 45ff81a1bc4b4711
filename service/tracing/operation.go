package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/tripsage/infrastructure/service"
)

// Operation is half of service.Observer. It makes a span of an operation within a request that is
// recorded. Other operations, such as health checks, are not traced.
func (t *Tracing) Operation(ctx context.Context, dependency, name string) (context.Context, func(error)) {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, func(error) {}
	}
	kind, attributes := conventions(dependency, name)
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	return ctx, func(err error) {
		if err != nil {
			fail(span, err)
		}
		span.End()
	}
}

// conventions are the attributes that tools look for to tell databases from other things.
func conventions(dependency, name string) (trace.SpanKind, []attribute.KeyValue) {
	switch dependency {
	case "database":
		return trace.SpanKindClient, []attribute.KeyValue{semconv.DBSystemNamePostgreSQL, semconv.DBQuerySummary(name)}
	case "cache":
		return trace.SpanKindClient, []attribute.KeyValue{semconv.DBSystemNameRedis, semconv.DBOperationName(name)}
	case "embedder":
		return trace.SpanKindClient, []attribute.KeyValue{semconv.GenAIOperationNameEmbeddings}
	default:
		return trace.SpanKindInternal, nil
	}
}

// fail writes the error's code on the span, never its text. Only what went wrong on our side makes
// the span an error: that a trip is not found is an answer.
func fail(span trace.Span, err error) {
	if errors.Is(err, context.Canceled) {
		span.SetAttributes(semconv.ErrorTypeKey.String(string(service.CodeClientGone)))
		return
	}
	code := service.CodeOf(err)
	span.SetAttributes(semconv.ErrorTypeKey.String(string(code)))
	if !isAnswer(code) {
		span.SetStatus(codes.Error, string(code))
	}
}

// isAnswer says whether an operation with the code did what it should.
func isAnswer(code service.Code) bool {
	switch code {
	case service.CodeNotFound, service.CodeInvalid, service.CodeForbidden, service.CodeConflict, service.CodeKeyReused,
		service.CodeReplayGone, service.CodeUserUnknown, service.CodeTooMany, service.CodeClientGone, service.CodeRateLimited:
		return true
	default:
		return false
	}
}
