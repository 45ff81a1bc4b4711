package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
)

const (
	// queueSize bounds the spans that wait for the collector: about 2 MB.
	queueSize = 2048
	batchSize = 512
	// batchDelay is how long a span waits for others to go with it.
	batchDelay = 5 * time.Second
	// exportTimeout bounds all tries to send one batch.
	exportTimeout = 10 * time.Second
)

// Options says what is traced and where it goes.
type Options struct {
	// Endpoint is the base URL of an OTLP/HTTP collector, such as http://otel-collector:4318. With ""
	// nothing is recorded.
	Endpoint string
	// Ratio is the share of the requests without a traceparent that are recorded, from 0 to 1.
	Ratio float64
	// ServiceName, Version and Environment describe this process to the collector.
	ServiceName, Version, Environment string
	// Untraced are the paths of requests that get no span, such as health probes, and websockets,
	// whose spans would last for hours.
	Untraced []string
	// Log gets a line when the collector stops taking spans and when it takes them again.
	Log *slog.Logger
}

// Tracing records requests and operations. It is safe for concurrent use.
type Tracing struct {
	untraced map[string]bool
	tracer   trace.Tracer // nil without an endpoint, as are the others
	provider *sdktrace.TracerProvider
	exporter *exporter
}

// Start makes no connection yet. It fails only for options that can never work. OTEL_RESOURCE_ATTRIBUTES
// in the environment adds to what the collector learns about the process.
func Start(ctx context.Context, options Options) (*Tracing, error) {
	t := &Tracing{untraced: make(map[string]bool, len(options.Untraced))}
	for _, path := range options.Untraced {
		t.untraced[path] = true
	}
	if options.Endpoint == "" {
		return t, nil
	}
	if !(options.Ratio >= 0 && options.Ratio <= 1) {
		return nil, fmt.Errorf("the share of recorded traces is %v, expected 0 to 1", options.Ratio)
	}
	endpoint, err := url.JoinPath(options.Endpoint, "v1", "traces")
	if err != nil {
		return nil, errors.New("the collector's URL is not a valid URL") // err quotes it
	}
	process, err := describe(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("describing this process to the collector: %w", err)
	}
	t.exporter = newExporter(endpoint, options.Log)
	t.provider = sdktrace.NewTracerProvider(
		sdktrace.WithResource(process),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(options.Ratio))),
		sdktrace.WithBatcher(t.exporter, sdktrace.WithMaxQueueSize(queueSize), sdktrace.WithMaxExportBatchSize(batchSize),
			sdktrace.WithBatchTimeout(batchDelay), sdktrace.WithExportTimeout(exportTimeout)),
	)
	t.tracer = t.provider.Tracer("github.com/tripsage/infrastructure/service/tracing")
	return t, nil
}

// describe names the process. In Kubernetes its host name is the pod's.
func describe(ctx context.Context, options Options) (*resource.Resource, error) {
	attributes := []attribute.KeyValue{
		semconv.ServiceName(options.ServiceName),
		semconv.ServiceVersion(options.Version),
		semconv.DeploymentEnvironmentName(options.Environment),
	}
	if host, err := os.Hostname(); err == nil {
		attributes = append(attributes, semconv.ServiceInstanceID(host))
	}
	return resource.New(ctx, resource.WithTelemetrySDK(), resource.WithFromEnv(), resource.WithAttributes(attributes...))
}

// Shutdown sends the spans that wait, until ctx ends. Then it gives them up.
func (t *Tracing) Shutdown(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	defer t.exporter.stop() // ends tries that outlive ctx
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("sending the last traces: %w", err)
	}
	return nil
}
