package apimetrics

import (
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tripsage/infrastructure/service"
)

// HTTP counts requests. It is safe for concurrent use.
type HTTP struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	bytes    *prometheus.CounterVec
	inFlight prometheus.Gauge
	series   sync.Map // of each requestKey that was seen, *requestSeries: to find them by labels takes longer
}

// requestKey has values of fixed sets only, so there are few of them.
type requestKey struct {
	method, route string
	status        int
}

type requestSeries struct {
	requests, bytes prometheus.Counter
	duration        prometheus.Observer
}

// NewHTTP registers the request metrics.
func NewHTTP(r *Registry) *HTTP {
	h := &HTTP{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Finished HTTP requests.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds",
			Help: "Time from a request's arrival to the end of its answer.",
			// From a cached answer to the request timeout, with bounds at the guide's targets
			// of 50, 100, 200 and 500 ms.
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .2, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_response_bytes_total",
			Help: "Bytes of response bodies.",
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_requests_in_flight",
			Help: "Requests being served.",
		}),
	}
	r.registry.MustRegister(h.requests, h.duration, h.bytes, h.inFlight)
	return h
}

// Begin counts a request that starts.
func (h *HTTP) Begin() { h.inFlight.Inc() }

// End counts a request that Begin counted, once it is finished.
func (h *HTTP) End(record service.RequestRecord) {
	h.inFlight.Dec()
	series := h.find(requestKey{record.Method, record.Route, record.Status})
	series.requests.Inc()
	series.duration.Observe(record.Duration.Seconds())
	series.bytes.Add(float64(record.Bytes))
}

func (h *HTTP) find(key requestKey) *requestSeries {
	if found, ok := h.series.Load(key); ok {
		return found.(*requestSeries)
	}
	found := &requestSeries{
		requests: h.requests.WithLabelValues(key.method, key.route, strconv.Itoa(key.status)),
		duration: h.duration.WithLabelValues(key.method, key.route),
		bytes:    h.bytes.WithLabelValues(key.method, key.route),
	}
	h.series.Store(key, found)
	return found
}
