package bench

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/namespace"
	"github.com/tripsage/infrastructure/components/workload"
)

const growthNamespace = "bench-growth"

// growthProgram is a namespace with so many workloads. Only their names differ.
func growthProgram(workloads int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		space, err := namespace.New(ctx, growthNamespace, namespace.Args{})
		if err != nil {
			return err
		}
		for i := range workloads {
			if _, err := workload.New(ctx, fmt.Sprintf("service-%04d", i), growthArgs(space.Name)); err != nil {
				return err
			}
		}
		return nil
	}
}

// growthArgs are those of a service as in production: scaled, and open to two
// callers and two servers, which makes ten objects.
func growthArgs(space pulumi.StringInput) workload.Args {
	inside := func(name string, port int) workload.Edge {
		return workload.Edge{
			Peer:  workload.Peer{Name: name, PodLabels: map[string]string{"app.kubernetes.io/instance": name}},
			Ports: []int{port},
		}
	}
	gateway := workload.Edge{
		Peer:  workload.Peer{Name: "gateway", NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": "istio-system"}},
		Ports: []int{8000},
	}
	return workload.Args{
		Namespace: space,
		Component: "api",
		Image:     "registry.example.com/api@sha256:" + strings.Repeat("0123456789abcdef", 4),
		Env: map[string]string{
			"ENVIRONMENT": "production", "LOG_LEVEL": "info", "CACHE_TTL_SECONDS": "86400", "DATABASE_POOL_SIZE": "20",
		},
		Resources: workload.Resources{
			Requests: workload.Amounts{CPU: "250m", Memory: "256Mi", EphemeralStorage: "64Mi"},
			Limits:   workload.Amounts{CPU: "500m", Memory: "512Mi", EphemeralStorage: "128Mi"},
		},
		Scaling: workload.Scaling{Min: 3, Max: 10},
		Ingress: []workload.Edge{gateway, inside("prometheus", 9090)},
		Egress:  []workload.Edge{inside("postgres", 5432), inside("dragonfly", 6379)},
	}
}
