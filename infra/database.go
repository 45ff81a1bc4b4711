package infra

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/postgres"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

func deployPostgres(ctx *pulumi.Context, spec Spec, place platform, found *stores) error {
	credentials, err := secret.New(ctx, postgresName, secret.Args{
		Namespace: place.namespace,
		Component: "database",
		Epoch:     strconv.Itoa(spec.Secrets.Epoch),
		Generated: map[string]secret.Generated{postgres.SuperuserKey: {}, postgres.AuthenticatorKey: {}, postgres.MonitorKey: {}},
	}, place.inside...)
	if err != nil {
		return err
	}
	server, err := postgres.New(ctx, postgresName, postgres.Args{
		Namespace:      place.namespace,
		Image:          spec.Images.Postgres,
		Secret:         credentials.Ref(),
		Database:       databaseName,
		MaxConnections: spec.Database.MaxConnections,
		Resources:      containerResources(spec.Database.Resources),
		Storage:        fmt.Sprintf("%dGi", spec.Database.StorageGiB),
		Protect:        spec.Kubernetes.Protect,
		Clients:        slices.Concat([]postgres.Peer{apiPods()}, spec.migrationPods(), spec.monitorPods()),
	}, place.inside...)
	if err != nil {
		return err
	}
	found.databaseURL = embeddedURL(postgres.AuthenticatorRole, credentials.Value(postgres.AuthenticatorKey))
	found.migrationURL = embeddedURL(postgres.SuperuserRole, credentials.Value(postgres.SuperuserKey))
	edge := workload.Edge{Peer: workload.Peer{Name: postgresName, PodLabels: postgres.Selector(postgresName)}, Ports: []int{postgres.Port}}
	found.edges = append(found.edges, edge)
	found.migrationEdges = []workload.Edge{edge}
	found.monitorPassword, found.monitorEdges = credentials.Value(postgres.MonitorKey), []workload.Edge{edge}
	// A migration that cannot connect would be tried again, later each time.
	found.database = []pulumi.Resource{server.Ready()}
	return nil
}

func embeddedURL(role string, password pulumi.StringInput) secret.Composed {
	return secret.Composed{
		Template: fmt.Sprintf("postgres://%s:{password}@%s:%d/%s", role, postgresName, postgres.Port, databaseName),
		With:     map[string]pulumi.StringInput{"password": password},
		URL:      true,
	}
}

// useExternalDatabase lets the API and its migrations out to the ports of their
// databases at any address.
func useExternalDatabase(spec Database, found *stores) error {
	port, err := databasePort(spec.URL)
	if err != nil {
		return err
	}
	migrationPort, err := databasePort(spec.MigrationURL)
	if err != nil {
		return err
	}
	found.databaseURL, found.migrationURL = givenURL(spec.URL), givenURL(spec.MigrationURL)
	found.edges = append(found.edges, anywhere("database", port)...)
	found.migrationEdges = anywhere("database", migrationPort)
	if !spec.DirectURL.IsSet() {
		return nil
	}
	directPort, err := databasePort(spec.DirectURL)
	if err != nil || directPort == port {
		return err
	}
	found.edges = append(found.edges, anywhere("database-direct", directPort)...)
	return nil
}

func givenURL(url Secret) secret.Composed {
	return secret.Composed{Template: "{url}", With: map[string]pulumi.StringInput{"url": url.input()}}
}
