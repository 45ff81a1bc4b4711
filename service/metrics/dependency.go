package apimetrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tripsage/infrastructure/service"
)

// AddDependencies registers the state of the dependencies, read from last at each scrape.
// A scrape never starts a check. Before the first report there are no values.
func (r *Registry) AddDependencies(last func() (service.Report, bool)) {
	labels := []string{"dependency"}
	r.registry.MustRegister(&dependencyCollector{
		last: last,
		up: prometheus.NewDesc("dependency_up",
			"1 when the last check of the dependency succeeded, else 0.", labels, nil),
		seconds: prometheus.NewDesc("dependency_check_seconds",
			"Time that the last check of the dependency took.", labels, nil),
	})
}

type dependencyCollector struct {
	last        func() (service.Report, bool)
	up, seconds *prometheus.Desc
}

// Describe is part of prometheus.Collector.
func (c *dependencyCollector) Describe(out chan<- *prometheus.Desc) {
	out <- c.up
	out <- c.seconds
}

// Collect is part of prometheus.Collector.
func (c *dependencyCollector) Collect(out chan<- prometheus.Metric) {
	report, ok := c.last()
	if !ok {
		return
	}
	for _, dep := range report.Dependencies {
		up := 1.0
		if dep.Status == service.StatusDown {
			up = 0
		}
		out <- prometheus.MustNewConstMetric(c.up, prometheus.GaugeValue, up, dep.Name)
		out <- prometheus.MustNewConstMetric(c.seconds, prometheus.GaugeValue, dep.Latency.Seconds(), dep.Name)
	}
}
