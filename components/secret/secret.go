package secret

import (
	"encoding/base64"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:secret:Secret"

// Component is a Kubernetes Secret.
type Component struct {
	pulumi.ResourceState

	// Name is the Secret's metadata.name.
	Name pulumi.StringOutput
	// Version changes whenever a value does and is safe to print.
	Version pulumi.StringOutput
	// Values are the Secret's content, marked secret.
	Values pulumi.StringMapOutput
}

// Ref returns what a consumer of the Secret needs to mount it.
func (c *Component) Ref() Ref {
	return Ref{Name: c.Name, Version: c.Version}
}

// Value returns one value, marked secret, to build other values from.
func (c *Component) Value(key string) pulumi.StringOutput {
	return c.Values.MapIndex(pulumi.String(key))
}

// New creates the Secret and the generated values.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("secret %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: labels.Identity{
		Name: args.Name, Instance: args.Name, Component: args.Component, Version: args.Version,
	}}
	values, err := newValues(ctx, owner, args)
	if err != nil {
		return nil, err
	}
	if c.Version, err = newVersion(ctx, owner, args.Epoch, values); err != nil {
		return nil, err
	}
	if c.Name, err = newSecret(ctx, owner, values); err != nil {
		return nil, err
	}
	c.Values = values
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": c.Name, "version": c.Version})
}

// newSecret uses data and not stringData: a key that is taken out of stringData
// stays behind in the cluster.
func newSecret(ctx *pulumi.Context, o object.Owner, values pulumi.StringMapOutput) (pulumi.StringOutput, error) {
	encoded := values.ApplyT(func(plain map[string]string) map[string]string {
		out := make(map[string]string, len(plain))
		for key, value := range plain {
			out[key] = base64.StdEncoding.EncodeToString([]byte(value))
		}
		return out
	}).(pulumi.StringMapOutput)
	created, err := corev1.NewSecret(ctx, o.Logical, &corev1.SecretArgs{
		Metadata: o.Meta(),
		Type:     pulumi.String("Opaque"),
		Data:     encoded,
	}, o.Parent())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return created.Metadata.Name().Elem(), nil
}
