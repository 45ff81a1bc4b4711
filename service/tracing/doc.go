// Package tracing makes OpenTelemetry traces of requests and of what is done for them, and sends
// them to a collector with OTLP over HTTP.
//
// A request that brings a traceparent header (W3C Trace Context) belongs to its caller's trace, and
// is recorded when the caller's span is. Any other request begins a trace, of which a share is
// recorded. What is not recorded costs next to nothing. Every request has a trace id in its log
// lines, recorded or not; without a collector, only those that brought one.
//
// Spans go through a queue of a fixed length. When the collector is slow or down they are dropped;
// no request ever waits for it.
//
// A span says which route answered how, and which operations took how long. It never has a path, a
// query, an address, a user or the text of an error. Names follow OpenTelemetry's semantic
// conventions 1.40.
//
// docs/adr/0012-traces.md says why the exporter is our own.
package tracing
