package infra

import "github.com/tripsage/infrastructure/components/workload"

// Names of our applications: of their objects in Kubernetes, of their DNS
// entries and in their labels; and of the embedded database.
const (
	apiName       = "tripsage-api"
	migrateName   = "tripsage-api-migrate"
	dragonflyName = "dragonfly"
	postgresName  = "postgres"
	databaseName  = "tripsage"

	monitoringName = "monitoring"
	receiversName  = "alertmanager"
)

// Names of our components outside of Kubernetes.
const (
	frontendName = "tripsage-frontend"
	deliveryName = "tripsage-delivery"
	previewsName = "tripsage-previews"
)

// apiPods selects the pods of the API, as a client of what it uses.
func apiPods() workload.Peer {
	return workload.Peer{Name: apiName, PodLabels: workload.Selector(apiName)}
}
