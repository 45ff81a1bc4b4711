package infra

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/dragonfly"
	"github.com/tripsage/infrastructure/components/secret"
	"github.com/tripsage/infrastructure/components/workload"
)

// passwordKey is the key of the cache's password in its Secret.
const passwordKey = "password"

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
	args := cacheArgs(spec, place, credentials)
	if _, err = dragonfly.New(ctx, dragonflyName, args, place.inside...); err != nil {
		return err
	}
	found.cacheURL = secret.Composed{
		Template: fmt.Sprintf("redis://default:{password}@%s:%d/0", dragonflyName, dragonfly.Port),
		With:     map[string]pulumi.StringInput{"password": credentials.Value(passwordKey)},
		URL:      true,
	}
	found.edges = append(found.edges, cacheEdge(dragonfly.Selector(dragonflyName)))
	return nil
}

// cacheArgs are what one pod and several have in common.
func cacheArgs(spec Spec, place platform, credentials *secret.Component) dragonfly.Args {
	return dragonfly.Args{
		Namespace:       place.namespace,
		Image:           spec.Images.Dragonfly,
		ImagePullSecret: spec.Images.PullSecret,
		Secret:          credentials.Ref(),
		Threads:         spec.Cache.Threads,
		MaxMemoryMiB:    spec.Cache.MaxMemoryMiB,
		MemoryLimitMiB:  spec.Cache.MemoryLimitMiB,
		CPURequest:      spec.Cache.CPURequest,
		Clients:         []dragonfly.Peer{apiPods()},
		Scrapers:        spec.scrapers(),
	}
}

func cacheEdge(pods map[string]string) workload.Edge {
	return workload.Edge{Peer: workload.Peer{Name: dragonflyName, PodLabels: pods}, Ports: []int{dragonfly.Port}}
}
