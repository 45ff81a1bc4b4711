package canary

import (
	"fmt"

	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:canary:Canary"

// Component is a workload whose releases Flagger drives.
type Component struct {
	pulumi.ResourceState

	// Name is the Canary's metadata.name.
	Name pulumi.StringOutput
	// ServiceName is the metadata.name of the Service that Flagger makes for all
	// callers. It exists once Flagger has seen the Canary.
	ServiceName pulumi.StringOutput
}

// New creates the Canary.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("canary %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: labels.Identity{
		Name: args.Name, Instance: args.Name, Component: "release", Version: args.Version,
	}}
	wanted, err := spec(args)
	if err != nil {
		return nil, fmt.Errorf("canary %s: %w", name, err)
	}
	made, err := customresource.New(ctx, owner, customresource.Resource{
		APIVersion: flaggerv1.SchemeGroupVersion.String(), Kind: flaggerv1.CanaryKind, Spec: wanted,
	})
	if err != nil {
		return nil, err
	}
	c.Name = made.Metadata.Name().Elem()
	c.ServiceName = c.Name
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": c.Name, "serviceName": c.ServiceName})
}
