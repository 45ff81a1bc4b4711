package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// stores is what the API needs to know about where data is kept. Hosts are
// names that we give, not outputs: so the API starts next to its stores instead
// of waiting for each of them, and its readiness tells when they answer.
type stores struct {
	// databaseURL, migrationURL and cacheURL say how to make each URL.
	databaseURL, migrationURL, cacheURL secret.Composed
	// files are what the stores' own Secrets give to the API.
	files []workload.SecretFiles
	// edges lead the API to the stores, and migrationEdges its migrations.
	edges, migrationEdges []workload.Edge
	// database is what migrations wait for, if it is ours.
	database []pulumi.Resource
	// monitorPassword is of the role that reads the embedded database's
	// statistics, and monitorEdges lead there.
	monitorPassword pulumi.StringInput
	monitorEdges    []workload.Edge
}

func deployData(ctx *pulumi.Context, spec Spec, place platform) (stores, error) {
	var found stores
	deployCache := deployDragonfly
	if spec.Cache.Replicated != nil {
		deployCache = deployReplicatedDragonfly
	}
	if err := deployCache(ctx, spec, place, &found); err != nil {
		return stores{}, err
	}
	if spec.Database.Mode == DatabaseExternal {
		err := useExternalDatabase(spec.Database, &found)
		return found, err
	}
	err := deployPostgres(ctx, spec, place, &found)
	return found, err
}

// containerResources adds what is no knob: our programs write next to nothing
// to the node's disk, so a pod that does is broken and is evicted.
func containerResources(r Resources) workload.Resources {
	return workload.Resources{
		Requests: workload.Amounts{CPU: r.CPURequest, Memory: r.MemoryRequest, EphemeralStorage: "32Mi"},
		Limits:   workload.Amounts{CPU: r.CPULimit, Memory: r.MemoryLimit, EphemeralStorage: "256Mi"},
	}
}
