package dragonfly

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:dragonfly:Dragonfly"

const (
	// Port speaks the Redis protocol and asks for the password.
	Port = 6379
	// MetricsPort serves /metrics over HTTP and admin commands.
	MetricsPort = 9999

	redisPort   = "redis"
	metricsPort = "metrics"
)

// Component is a running cache.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
}

// Selector returns the labels of the pod of the cache with that metadata.name,
// for the network policies of others.
func Selector(name string) map[string]string {
	return identity(Args{Name: name}).Selector()
}

func identity(args Args) labels.Identity {
	return labels.Identity{Name: "dragonfly", Instance: args.Name, Component: "cache", Version: args.Version}
}

// New creates the cache.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("dragonfly %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: identity(args)}
	open := append(edges(args.Clients, Port), edges(args.Scrapers, MetricsPort)...)
	if err := netpol.AllowFrom(ctx, owner, open); err != nil {
		return nil, err
	}
	account, err := object.ServiceAccount(ctx, owner)
	if err != nil {
		return nil, err
	}
	if err := newDeployment(ctx, owner, args, account); err != nil {
		return nil, err
	}
	service, err := object.Service(ctx, owner, []object.Port{
		{Name: redisPort, Number: Port},
		{Name: metricsPort, Number: MetricsPort},
	})
	if err != nil {
		return nil, err
	}
	c.ServiceName = service.Metadata.Name().Elem()
	c.Host = owner.Host()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"serviceName": c.ServiceName, "host": c.Host})
}

func newDeployment(ctx *pulumi.Context, o object.Owner, args Args, account pulumi.StringPtrOutput) error {
	_, err := appsv1.NewDeployment(ctx, o.Logical, &appsv1.DeploymentArgs{
		Metadata: o.Meta(),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas:             pulumi.Int(1),
			RevisionHistoryLimit: pulumi.Int(3),
			Strategy:             &appsv1.DeploymentStrategyArgs{Type: pulumi.String("Recreate")},
			Selector:             o.Selector(),
			Template:             podTemplate(o, args, account),
		},
	}, o.Parent())
	return err
}
