package infra

import (
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/istioroute"
	"github.com/tripsage/infrastructure/components/workload"
)

// deployMesh leads requests from the ingress gateway to the API. Without a mesh
// there is nothing to do: the Service is reachable in the namespace only.
func deployMesh(ctx *pulumi.Context, spec Spec, place platform) error {
	if spec.Mesh == nil {
		return nil
	}
	release := spec.plan()
	args := istioroute.Args{
		Namespace: place.namespace,
		Hosts:     []string{spec.Mesh.Host},
		TLSSecret: spec.Mesh.TLSSecret,
		Ingress: istioroute.Ingress{
			Namespace:      spec.Mesh.Gateway.Namespace,
			ServiceAccount: spec.Mesh.Gateway.ServiceAccount,
			PodLabels:      spec.Mesh.gatewayLabels(),
		},
		WeightsOwner: release.owner,
		PlainPorts:   []int{metricsPort},
	}
	if release.owner == istioroute.OwnerPulumi {
		args.Tracks = release.shares
		args.Preview = istioroute.Preview{Tracks: release.preview}
		args.Traffic = spec.traffic()
	}
	_, err := istioroute.New(ctx, apiName, args, place.inside...)
	return err
}

// traffic is how requests travel to the API, whoever owns the weights. The mesh
// answers browsers' questions before the API is asked, so it has to give the
// API's own answers.
func (s Spec) traffic() istioroute.Traffic {
	return istioroute.Traffic{
		Timeout: time.Duration(s.Mesh.TimeoutSeconds) * time.Second,
		CORS: &istioroute.CORS{
			Origins: s.meshOrigins(),
			Headers: []string{"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id"},
			ExposeHeaders: []string{
				"ETag", "Idempotency-Replayed", "Location", "RateLimit-Limit", "RateLimit-Remaining", "Retry-After", "X-Request-Id",
			},
			Credentials: true,
		},
	}
}

func (m Mesh) gatewayLabels() map[string]string { return map[string]string{"istio": m.Gateway.Label} }

// callers are the pods that may connect to the API. With a mesh these are the
// gateway's alone, and without one those of the namespace.
func (s Spec) callers() workload.Peer {
	if s.Mesh == nil {
		return namespacePods(s.Kubernetes.Namespace)
	}
	return workload.Peer{
		Name:            "gateway",
		NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": s.Mesh.Gateway.Namespace},
		PodLabels:       s.Mesh.gatewayLabels(),
	}
}
