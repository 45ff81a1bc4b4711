package namespace

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:namespace:Namespace"

// Component is a namespace in which nothing may talk until a policy allows it.
type Component struct {
	pulumi.ResourceState

	// Name is the namespace's name. It is known only once the default-deny
	// policies exist, so whatever lives in the namespace is created after them.
	Name pulumi.StringOutput
}

// New creates the namespace and its default policies.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("namespace %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Identity: labels.Identity{
		Name: args.Name, Instance: args.Name, Component: "namespace", Version: args.Version,
	}}
	created, err := newNamespace(ctx, owner, args)
	if err != nil {
		return nil, err
	}
	owner.Namespace = created
	closed, err := denyAll(ctx, owner)
	if err != nil {
		return nil, err
	}
	if err := allowDNS(ctx, owner); err != nil {
		return nil, err
	}
	if args.Mesh {
		if err := allowControlPlane(ctx, owner); err != nil {
			return nil, err
		}
	}
	c.Name = closed
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": c.Name})
}

func newNamespace(ctx *pulumi.Context, o object.Owner, args Args) (pulumi.StringOutput, error) {
	namespace, err := corev1.NewNamespace(ctx, o.Logical, &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:   pulumi.String(args.Name),
			Labels: labels.Input(o.Identity.With(extraLabels(args))),
		},
	}, o.Parent(), pulumi.Protect(args.Protect))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return namespace.Metadata.Name().Elem(), nil
}

func extraLabels(args Args) map[string]string {
	out := podSecurity(args.PodSecurityVersion)
	if args.Mesh {
		out["istio-injection"] = "enabled"
	}
	return out
}

// podSecurity returns the labels that Pod Security admission reads. Audit and
// warn repeat enforce because enforce looks at pods only, while these two look
// at Deployments too and so speak up before the pods fail to appear.
func podSecurity(version string) map[string]string {
	const prefix = "pod-security.kubernetes.io/"
	out := map[string]string{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		out[prefix+mode] = "restricted"
		out[prefix+mode+"-version"] = version
	}
	return out
}
