// Package apimetrics keeps the service's Prometheus metrics.
//
//	build_info{version,commit,goversion}                    1
//	http_requests_total{method,route,status}                finished requests
//	http_request_duration_seconds{method,route}             histogram
//	http_response_bytes_total{method,route}                 response body bytes
//	http_requests_in_flight                                 requests being served
//	dependency_up{dependency}                               1 up or degraded, 0 down
//	dependency_check_seconds{dependency}                    time that the last check took
//	pool_connections{pool,state}                            state is in_use or idle
//	pool_max_connections{pool}                              limit of the pool
//	pool_waits_total{pool}                                  callers that found no idle connection
//	pool_wait_seconds_total{pool}                           time that callers waited
//	pool_timeouts_total{pool}                               callers that gave up
//	dependency_operation_duration_seconds{dependency,operation}   histogram
//	dependency_operation_errors_total{dependency,operation,code}  code is a service.Code
//	vector_search_duration_seconds                          histogram: memories.search in the database
//	cache_requests_total{kind,result}                       hit, miss, negative, shared or bypass
//	searches_total{what}                                    destinations or memories
//	trips_total{event}                                      created, updated, deleted or shared
//	chat_messages_total{role}                               messages that were added
//	memories_total{event}                                   added or deleted
//	rate_limit_decisions_total{result}                      allowed, limited or local
//	authentications_total{result}                           accepted, or why not
//	websocket_connections                                   open websockets
//	websocket_closed_total{reason}                          why they were closed
//	websocket_messages_total{table}                         changes that were sent
//
// and the standard go_* and process_* metrics. The route is always a pattern, the method one of a
// fixed set and the other labels bounded in number, so clients cannot make new time series.
package apimetrics

import (
	"log"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tripsage/infrastructure/service"
)

const (
	maxScrapes    = 4
	scrapeTimeout = 5 * time.Second
)

// Registry holds the metrics of one process.
type Registry struct {
	registry *prometheus.Registry
}

// New returns a registry with the build, Go runtime and process metrics.
func New(build service.BuildInfo) *Registry {
	registry := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "build_info",
		Help: "Which program runs; the value is always 1.",
		ConstLabels: prometheus.Labels{
			"version": build.Version, "commit": build.Commit, "goversion": build.GoVersion,
		},
	})
	info.Set(1)
	registry.MustRegister(info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Registry{registry: registry}
}

// Handler serves GET /metrics, and nothing else.
func (r *Registry) Handler(errorLog *log.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{
		ErrorLog:            errorLog,
		EnableOpenMetrics:   true,
		MaxRequestsInFlight: maxScrapes,
		Timeout:             scrapeTimeout,
	}))
	return mux
}
