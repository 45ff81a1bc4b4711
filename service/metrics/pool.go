package apimetrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tripsage/infrastructure/service"
)

// AddPool registers the metrics of one pool, read from stats at each scrape.
func (r *Registry) AddPool(name string, stats func() service.PoolStats) {
	labels := prometheus.Labels{"pool": name}
	desc := func(metric, help string, variable ...string) *prometheus.Desc {
		return prometheus.NewDesc(metric, help, variable, labels)
	}
	r.registry.MustRegister(&poolCollector{
		stats:       stats,
		connections: desc("pool_connections", "Open connections of the pool.", "state"),
		max:         desc("pool_max_connections", "Most connections that the pool may open."),
		waits:       desc("pool_waits_total", "Times that a caller found no idle connection."),
		waitSeconds: desc("pool_wait_seconds_total", "Time that callers waited for a connection."),
		timeouts:    desc("pool_timeouts_total", "Times that a caller gave up waiting for a connection."),
	})
}

type poolCollector struct {
	stats                                          func() service.PoolStats
	connections, max, waits, waitSeconds, timeouts *prometheus.Desc
}

// Describe is part of prometheus.Collector.
func (c *poolCollector) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{c.connections, c.max, c.waits, c.waitSeconds, c.timeouts} {
		out <- desc
	}
}

// Collect is part of prometheus.Collector.
func (c *poolCollector) Collect(out chan<- prometheus.Metric) {
	s := c.stats()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	counter := func(desc *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, value)
	}
	gauge(c.connections, float64(s.InUse), "in_use")
	gauge(c.connections, float64(s.Idle), "idle")
	gauge(c.max, float64(s.Max))
	counter(c.waits, float64(s.Waits))
	counter(c.waitSeconds, s.WaitTime.Seconds())
	counter(c.timeouts, float64(s.Timeouts))
}
