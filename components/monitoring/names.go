package monitoring

import "github.com/tripsage/infrastructure/components/internal/labels"

// The programs: names of their objects, of the application in their labels, and
// the jobs of their metrics.
const (
	PrometheusName   = "prometheus"
	AlertmanagerName = "alertmanager"
	ExporterName     = "postgres-exporter"
	StateMetricsName = "kube-state-metrics"
	GrafanaName      = "grafana"

	// PostgresJob is the job of the exporter's metrics: they are the database's.
	PostgresJob = "postgres"
)

// Where the programs listen.
const (
	PrometheusPort   = 9090
	AlertmanagerPort = 9093
	ExporterPort     = 9187
	StateMetricsPort = 8080
	GrafanaPort      = 3000
)

// Selector returns the labels of a program's pods, for the policies of others.
func Selector(program string) map[string]string {
	return labels.Identity{Name: program, Instance: program}.Selector()
}

func peer(program string) Peer { return Peer{Name: program, PodLabels: Selector(program)} }
