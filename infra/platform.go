package infra

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/namespace"
)

// platform is where the tiers above go.
type platform struct {
	// namespace is known once the policies that close it are in place.
	namespace pulumi.StringOutput
	// inside are the options of everything that goes into the namespace.
	inside []pulumi.ResourceOption
}

func deployPlatform(ctx *pulumi.Context, spec Spec) (platform, error) {
	provider, err := newProvider(ctx, spec.Kubernetes)
	if err != nil {
		return platform{}, err
	}
	inside := []pulumi.ResourceOption{pulumi.Provider(provider)}
	ns, err := namespace.New(ctx, Project, namespace.Args{
		Name:               spec.Kubernetes.Namespace,
		PodSecurityVersion: spec.Kubernetes.PodSecurityVersion,
		Mesh:               spec.Mesh != nil,
		Protect:            spec.Kubernetes.Protect,
	}, inside...)
	if err != nil {
		return platform{}, err
	}
	return platform{namespace: ns.Name, inside: inside}, nil
}

// newProvider names the cluster to talk to. An empty kubeconfig makes the
// provider look at KUBECONFIG itself: the SDK would otherwise copy a path of
// this machine into the state, and a colleague's next preview would show a
// change. A nil context means the current one.
func newProvider(ctx *pulumi.Context, spec Kubernetes) (*kubernetes.Provider, error) {
	args := &kubernetes.ProviderArgs{
		Kubeconfig:            pulumi.String(""),
		ClusterIdentifier:     pulumi.String(spec.Cluster),
		EnableServerSideApply: pulumi.Bool(true),
		// A replaced ConfigMap or Secret would be gone for a moment, as its name is
		// fixed. Pods learn of a change by a checksum in their template.
		EnableConfigMapMutable: pulumi.Bool(true),
		EnableSecretMutable:    pulumi.Bool(true),
	}
	if spec.Context != "" {
		args.Context = pulumi.String(spec.Context)
	}
	return kubernetes.NewProvider(ctx, "kubernetes", args)
}
