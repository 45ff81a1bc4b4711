package main

import (
	"context"

	"github.com/tripsage/infrastructure/service"
	apimetrics "github.com/tripsage/infrastructure/service/metrics"
	"github.com/tripsage/infrastructure/service/tracing"
)

// observer is what watches the adapters: spans around, metrics within, so that what the metrics
// measure has no tracing in it.
type observer struct {
	*apimetrics.Observer
	traces *tracing.Tracing
}

// Operation begins a span and a measurement, and ends both.
func (o observer) Operation(ctx context.Context, dependency, name string) (context.Context, func(error)) {
	ctx, endSpan := o.traces.Operation(ctx, dependency, name)
	ctx, endMeasure := o.Observer.Operation(ctx, dependency, name)
	return ctx, func(err error) {
		endMeasure(err)
		endSpan(err)
	}
}

// recorder tells both about finished requests.
type recorder struct {
	*apimetrics.HTTP
	traces *tracing.Tracing
}

// End counts the request and completes its span.
func (r recorder) End(ctx context.Context, record service.RequestRecord) {
	r.HTTP.End(record)
	r.traces.RequestEnded(ctx, record)
}
