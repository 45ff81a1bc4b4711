package infra

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// deployReplicatedDragonfly asks the operator for a cache with TLS, where the
// API logs in as a user who may do what a cache's client needs and no more.
func deployReplicatedDragonfly(ctx *pulumi.Context, spec Spec, place platform, found *stores) error {
	credentials, err := secret.New(ctx, dragonflyName, secret.Args{
		Namespace: place.namespace,
		Component: "cache",
		Epoch:     strconv.Itoa(spec.Secrets.Epoch),
		Generated: map[string]secret.Generated{passwordKey: {}, dragonfly.AdminPasswordKey: {}},
		Composed:  map[string]secret.Composed{dragonfly.ACLKey: {Template: dragonfly.ACLTemplate}},
	}, place.inside...)
	if err != nil {
		return err
	}
	replicated := spec.Cache.Replicated
	_, err = dragonfly.NewReplicated(ctx, dragonflyName, dragonfly.ReplicatedArgs{
		Args:      cacheArgs(spec, place, credentials),
		Replicas:  replicated.Replicas,
		TLSSecret: replicated.TLSSecret,
		Snapshot: &dragonfly.Snapshot{
			Schedule: replicated.Snapshot.Cron,
			URL:      replicated.Snapshot.URL,
			Region:   replicated.Snapshot.Region,
			RoleARN:  replicated.Snapshot.RoleARN,
			CIDRs:    replicated.Snapshot.CIDRs,
		},
	}, place.inside...)
	if err != nil {
		return err
	}
	found.cacheURL = secret.Composed{
		// The certificate is for the name with the namespace.
		Template: fmt.Sprintf("rediss://%s:{password}@%s.%s.svc:%d/0",
			dragonfly.ACLUser, dragonflyName, spec.Kubernetes.Namespace, dragonfly.Port),
		With: map[string]pulumi.StringInput{"password": credentials.Value(passwordKey)},
		URL:  true,
	}
	found.files = append(found.files, workload.SecretFiles{
		// Whoever renews the certificate restarts the pods: we do not see it.
		Secret: workload.SecretRef{Name: pulumi.String(replicated.TLSSecret), Version: pulumi.String("not ours")},
		Files:  map[string]string{cacheCAFile: "ca.crt"},
	})
	found.edges = append(found.edges, cacheEdge(dragonfly.ReplicatedSelector(dragonflyName)))
	return nil
}
