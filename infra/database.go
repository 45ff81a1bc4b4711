package infra

import (
	"fmt"
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
		Generated: map[string]secret.Generated{postgres.SuperuserKey: {}, postgres.AuthenticatorKey: {}},
	}, place.inside...)
	if err != nil {
		return err
	}
	_, err = postgres.New(ctx, postgresName, postgres.Args{
		Namespace:      place.namespace,
		Image:          spec.Images.Postgres,
		Secret:         credentials.Ref(),
		Database:       databaseName,
		MaxConnections: spec.Database.MaxConnections,
		Resources:      containerResources(spec.Database.Resources),
		Storage:        fmt.Sprintf("%dGi", spec.Database.StorageGiB),
		Protect:        spec.Kubernetes.Protect,
		Clients:        []postgres.Peer{apiPods()},
	}, place.inside...)
	if err != nil {
		return err
	}
	found.databaseURL = secret.Composed{
		Template: fmt.Sprintf("postgres://%s:{password}@%s:%d/%s",
			postgres.AuthenticatorRole, postgresName, postgres.Port, databaseName),
		With: map[string]pulumi.StringInput{"password": credentials.Value(postgres.AuthenticatorKey)},
		URL:  true,
	}
	found.edges = append(found.edges, workload.Edge{Peer: workload.Peer{Name: postgresName, PodLabels: postgres.Selector(postgresName)}, Ports: []int{postgres.Port}})
	return nil
}

// useExternalDatabase lets the API out to the database's port at any address:
// network policies know no DNS names, and the addresses behind one change. The
// link-local ranges stay closed, where clouds serve the node's own credentials.
func useExternalDatabase(spec Database, found *stores) error {
	port, err := spec.endpoint()
	if err != nil {
		return err
	}
	found.databaseURL = secret.Composed{Template: "{url}", With: map[string]pulumi.StringInput{"url": spec.URL.input()}}
	found.edges = append(found.edges,
		workload.Edge{Ports: []int{port}, Peer: workload.Peer{
			Name: "database-v4", CIDRs: []string{"0.0.0.0/0"}, Except: []string{"169.254.0.0/16"},
		}},
		workload.Edge{Ports: []int{port}, Peer: workload.Peer{
			Name: "database-v6", CIDRs: []string{"::/0"}, Except: []string{"fe80::/10"},
		}},
	)
	return nil
}
