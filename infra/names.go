package infra

import "github.com/tripsage/infrastructure/components/workload"

// Names of our applications: of their objects in Kubernetes, of their DNS
// entries and in their labels; and of the embedded database.
const (
	apiName       = "tripsage-api"
	dragonflyName = "dragonfly"
	postgresName  = "postgres"
	databaseName  = "tripsage"
)

// podsOf selects the pods of one of our applications in the namespace.
func podsOf(application string) workload.Peer {
	return workload.Peer{
		Name:      application,
		PodLabels: map[string]string{"app.kubernetes.io/name": application, "app.kubernetes.io/instance": application},
	}
}
