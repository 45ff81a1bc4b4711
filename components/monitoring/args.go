package monitoring

import (
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

type (
	// Edge is a peer and the TCP ports open between it and a program.
	Edge = netpol.Edge
	// Peer is the other end of an Edge.
	Peer = netpol.Peer
	// Resources are a container's requests and limits.
	Resources = quantity.Resources
	// Amounts are canonical Kubernetes quantities.
	Amounts = quantity.Amounts
	// SecretRef names a Secret and the version of its content.
	SecretRef = secretref.Ref
)

// Args configure the monitoring of a namespace.
type Args struct {
	// Namespace is where everything goes and what is watched.
	Namespace pulumi.StringInput
	// ImagePullSecret names a Secret for the images' registries. Default: none.
	ImagePullSecret string
	// IntervalSeconds is how often metrics are read and rules looked at. Default: 15.
	IntervalSeconds int
	// Labels are given to every alert, to tell where it comes from.
	Labels map[string]string
	// Targets are the pods with metrics; the component's own come by themselves.
	Targets []Target
	// Rules are what Prometheus looks at.
	Rules []monitoringv1.RuleGroup
	// Kubernetes is the way to the Kubernetes API.
	Kubernetes []Edge

	Prometheus   Prometheus
	Alertmanager Alertmanager
	// Operator has the cluster's prometheus-operator watch instead of Prometheus and
	// Alertmanager, which are then not looked at. Nil: they run here.
	Operator *Operator
	// Exporter reads the database's metrics. Nil: nobody does.
	Exporter *Exporter
	// StateMetrics tells of the namespace's objects. Nil: nobody does.
	StateMetrics *StateMetrics
	// Grafana draws. Nil: there is none.
	Grafana *Grafana
}

// Target is a kind of pods with metrics.
type Target struct {
	// Job is what the metrics carry as label job.
	Job string
	// PodLabels select the pods.
	PodLabels map[string]string
	// Port has the metrics, under Path. Default of Path: /metrics.
	Port int
	Path string
	// HonorLabels keeps labels of the metrics that the target has too.
	HonorLabels bool
}

// Prometheus keeps the metrics.
type Prometheus struct {
	// Image is a reference by digest.
	Image string
	// RetentionDays and StorageGiB bound what is kept; the first to be reached
	// counts. Default: 15 and 10.
	RetentionDays, StorageGiB int
	// Protect makes Pulumi refuse to delete the volumes.
	Protect   bool
	Resources Resources
}

// Alertmanager tells people.
type Alertmanager struct {
	Image string
	// Config is its configuration file, without secrets.
	Config string
	// Secret holds Files, which the configuration names below SecretsPath. Nil:
	// nobody is told.
	Secret *SecretRef
	Files  []string
	// Receivers are the ways out to whom it tells.
	Receivers []Edge
}

// Exporter reads metrics from a PostgreSQL.
type Exporter struct {
	Image string
	// Secret holds DatabaseUserKey, DatabasePasswordKey and DatabaseAddressKey.
	Secret SecretRef
	// Database is the way to it.
	Database []Edge
}

// StateMetrics is kube-state-metrics.
type StateMetrics struct{ Image string }

// Grafana draws what Prometheus has.
type Grafana struct {
	Image string
	// Secret holds AdminPasswordKey, of the user admin.
	Secret SecretRef
	// Dashboards are their JSON by file name.
	Dashboards map[string]string
}

// The keys of the Secrets.
const (
	AdminPasswordKey = "admin-password" // #nosec G101 -- the name of a key

	DatabaseUserKey     = "user"
	DatabasePasswordKey = "password" // #nosec G101 -- the name of a key
	// DatabaseAddressKey is host:port/database?sslmode=….
	DatabaseAddressKey = "address"
)

// SecretsPath is where a program's secrets are files.
const SecretsPath = "/var/run/secrets/monitoring" // #nosec G101 -- a folder, not a secret
