package istioroute

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/customresource"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:istioroute:Route"

const (
	networkingVersion = "networking.istio.io/v1"
	securityVersion   = "security.istio.io/v1"
)

// Component is the way to one service.
type Component struct {
	pulumi.ResourceState

	// GatewayName is the Gateway's metadata.name, for a VirtualService or Canary
	// in the same namespace.
	GatewayName pulumi.StringOutput
	// URLs are the public addresses, "https://<host>", in the order of Hosts.
	URLs pulumi.StringArrayOutput
}

// New creates the objects.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("istioroute %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: labels.Identity{
		Name: args.Name, Instance: args.Name, Component: "route", Version: args.Version,
	}}
	gateway, err := customresource.New(ctx, owner, customresource.Resource{
		APIVersion: networkingVersion, Kind: "Gateway", Spec: gatewaySpec(args),
	})
	if err != nil {
		return nil, err
	}
	if err := newIdentities(ctx, owner, args); err != nil {
		return nil, err
	}
	if err := newPermissions(ctx, owner, args); err != nil {
		return nil, err
	}
	if args.WeightsOwner == OwnerPulumi {
		if err := newRoutes(ctx, owner, args); err != nil {
			return nil, err
		}
	}
	c.GatewayName = gateway.Metadata.Name().Elem()
	c.URLs = urls(args.Hosts)
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"gatewayName": c.GatewayName, "urls": c.URLs})
}

// newRoutes registers the two objects that hold the weights. Requests to a
// subset that no proxy knows yet fail, so the DestinationRule comes first.
func newRoutes(ctx *pulumi.Context, o object.Owner, args Args) error {
	rule, err := customresource.New(ctx, o, customresource.Resource{
		APIVersion: networkingVersion, Kind: "DestinationRule", Spec: destinationRuleSpec(args),
	})
	if err != nil {
		return err
	}
	_, err = customresource.New(ctx, o, customresource.Resource{
		APIVersion: networkingVersion, Kind: "VirtualService", Spec: virtualServiceSpec(args),
	}, pulumi.DependsOn([]pulumi.Resource{rule}))
	return err
}

func urls(hosts []string) pulumi.StringArrayOutput {
	out := make(pulumi.StringArray, 0, len(hosts))
	for _, host := range hosts {
		out = append(out, pulumi.String("https://"+host))
	}
	return out.ToStringArrayOutput()
}
