package apimetrics

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tripsage/infrastructure/service"
)

const (
	// other stands for whatever is not expected, or one too many.
	other = "other"
	// maxOperations and maxFailures bound the time series, should a name ever be made of data.
	maxOperations = 200
	maxFailures   = 500
)

// Observer is the half of service.Observer that counts and measures. It is safe for concurrent use.
type Observer struct {
	duration *prometheus.HistogramVec
	errors   *prometheus.CounterVec
	vector   prometheus.Histogram
	events   map[service.Event]counter
	sockets  prometheus.Gauge

	operations, failures labels
}

// NewObserver registers the metrics of operations and events.
func NewObserver(r *Registry) *Observer {
	o := &Observer{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "dependency_operation_duration_seconds",
			Help:    "Time that one piece of work took in a dependency.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"dependency", "operation"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dependency_operation_errors_total",
			Help: "Pieces of work that ended with an error, by its stable code; not_found and the like are answers and no faults.",
		}, []string{"dependency", "operation", "code"}),
		vector: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "vector_search_duration_seconds",
			Help: "Time that a search among a user's memories took in the database.",
			// With bounds at the documents' targets of 50 and 100 ms.
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		sockets: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "websocket_connections",
			Help: "Websockets that are open.",
		}),
		events:     map[service.Event]counter{},
		operations: labels{most: maxOperations},
		failures:   labels{most: maxFailures},
	}
	r.registry.MustRegister(o.duration, o.errors, o.vector, o.sockets)
	for event, spec := range eventSpecs() {
		o.events[event] = spec.register(r.registry)
	}
	return o
}

// Operation is part of service.Observer: the work is measured until end is called.
func (o *Observer) Operation(ctx context.Context, dependency, name string) (inner context.Context, end func(error)) {
	begin := time.Now()
	return ctx, func(err error) { o.end(dependency, name, time.Since(begin), err) }
}

// vectorSearch is the operation that the deployment guide's alert is about.
const vectorSearch = "memories.search"

func (o *Observer) end(dependency, name string, took time.Duration, err error) {
	dependency = known(dependency)
	duration := o.operations.find(key{dependency, name, ""}, func(k key) any {
		return o.duration.WithLabelValues(k.dependency, k.operation)
	}).(prometheus.Observer)
	duration.Observe(took.Seconds())
	if dependency == "database" && name == vectorSearch {
		o.vector.Observe(took.Seconds())
	}
	if err != nil {
		o.failures.find(key{dependency, name, codeOf(err)}, func(k key) any {
			return o.errors.WithLabelValues(k.dependency, k.operation, string(k.code))
		}).(prometheus.Counter).Inc()
	}
}

// known keeps the dependencies to those of service.Observer.
func known(dependency string) string {
	switch dependency {
	case "database", "cache", "embedder", "realtime":
		return dependency
	default:
		return other
	}
}

// codeOf tells a caller who left from a fault of ours.
func codeOf(err error) service.Code {
	code := service.CodeOf(err)
	if code == service.CodeInternal && errors.Is(err, context.Canceled) {
		return service.CodeClientGone
	}
	return code
}

// key is a time series of operations or of their errors.
type key struct {
	dependency, operation string
	code                  service.Code
}

// labels remembers the time series of keys, a bounded number of them. To find one takes no lock.
type labels struct {
	most  int64
	count atomic.Int64
	found sync.Map // key to what create returned
}

// find returns what create made for the key. What passes the bound goes together, as "other".
func (l *labels) find(k key, create func(key) any) any {
	if series, ok := l.found.Load(k); ok {
		return series
	}
	if l.count.Add(1) > l.most {
		l.count.Add(-1)
		k = key{dependency: k.dependency, operation: other}
		if k.code != "" {
			k.code = other
		}
		return create(k)
	}
	series, _ := l.found.LoadOrStore(k, create(k))
	return series
}
