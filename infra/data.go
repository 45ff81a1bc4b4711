package infra

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/components/postgres"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// stores is what the API needs to know about where data is kept. Hosts are
// names that we give, not outputs: so the API starts next to its stores instead
// of waiting for each of them, and its readiness tells when they answer.
type stores struct {
	// databaseURL and cacheURL say how to make each URL.
	databaseURL, cacheURL secret.Composed
	// edges lead to the stores in the namespace.
	edges []workload.Edge
}

// passwordKey is the key of the cache's password in its Secret.
const passwordKey = "password"

func deployData(ctx *pulumi.Context, spec Spec, place platform) (stores, error) {
	var found stores
	if err := deployDragonfly(ctx, spec, place, &found); err != nil {
		return stores{}, err
	}
	if spec.Database.Mode == DatabaseExternal {
		url := pulumi.ToSecret(pulumi.String(spec.Database.URL.Reveal())).(pulumi.StringOutput)
		found.databaseURL = secret.Composed{Template: "{url}", With: map[string]pulumi.StringInput{"url": url}}
		return found, nil
	}
	err := deployPostgres(ctx, spec, place, &found)
	return found, err
}

func deployDragonfly(ctx *pulumi.Context, spec Spec, place platform, found *stores) error {
	credentials, err := secret.New(ctx, dragonflyName, secret.Args{
		Namespace: place.namespace,
		Component: "cache",
		Epoch:     strconv.Itoa(spec.Secrets.Epoch),
		Generated: map[string]secret.Generated{passwordKey: {}},
		Composed:  map[string]secret.Composed{dragonfly.FlagsKey: {Template: dragonfly.FlagsTemplate}},
	}, place.inside...)
	if err != nil {
		return err
	}
	_, err = dragonfly.New(ctx, dragonflyName, dragonfly.Args{
		Namespace:      place.namespace,
		Image:          spec.Images.Dragonfly,
		Secret:         credentials.Ref(),
		Threads:        spec.Cache.Threads,
		MaxMemoryMiB:   spec.Cache.MaxMemoryMiB,
		MemoryLimitMiB: spec.Cache.MemoryLimitMiB,
		CPURequest:     spec.Cache.CPURequest,
		Clients:        []dragonfly.Peer{podsOf(apiName)},
	}, place.inside...)
	if err != nil {
		return err
	}
	found.cacheURL = secret.Composed{
		Template: fmt.Sprintf("redis://default:{password}@%s:%d/0", dragonflyName, dragonfly.Port),
		With:     map[string]pulumi.StringInput{"password": credentials.Value(passwordKey)},
		URL:      true,
	}
	found.edges = append(found.edges, workload.Edge{Peer: podsOf(dragonflyName), Ports: []int{dragonfly.Port}})
	return nil
}

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
		Clients:        []postgres.Peer{podsOf(apiName)},
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
	found.edges = append(found.edges, workload.Edge{Peer: podsOf(postgresName), Ports: []int{postgres.Port}})
	return nil
}

// containerResources adds what is no knob: our programs write next to nothing
// to the node's disk, so a pod that does is broken and is evicted.
func containerResources(r Resources) workload.Resources {
	return workload.Resources{
		Requests: workload.Amounts{CPU: r.CPURequest, Memory: r.MemoryRequest, EphemeralStorage: "32Mi"},
		Limits:   workload.Amounts{CPU: r.CPULimit, Memory: r.MemoryLimit, EphemeralStorage: "256Mi"},
	}
}
