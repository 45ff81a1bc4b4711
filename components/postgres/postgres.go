package postgres

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:postgres:Postgres"

// Port is where the server listens.
const Port = 5432

const portName = "postgres"

// Component is a running database.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
	// Database is the name of the database.
	Database pulumi.StringOutput

	server pulumi.Resource
}

// Ready is what has to be depended on to start when the server answers. The
// component itself will not do: the SDK may miss children that register in the
// background.
func (c *Component) Ready() pulumi.Resource { return c.server }

// Selector returns the labels of the pod of the server with that
// metadata.name, for the network policies of others.
func Selector(name string) map[string]string {
	return identity(Args{Name: name}).Selector()
}

func identity(args Args) labels.Identity {
	return labels.Identity{Name: "postgres", Instance: args.Name, Component: "database", Version: args.Version}
}

// New creates the database.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("postgres %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: identity(args)}
	if err := netpol.AllowFrom(ctx, owner, args.edges()); err != nil {
		return nil, err
	}
	server, err := newServer(ctx, owner, args)
	if err != nil {
		return nil, err
	}
	c.server = server
	service, err := object.Service(ctx, owner, []object.Port{{Name: portName, Number: Port}})
	if err != nil {
		return nil, err
	}
	c.ServiceName = service.Metadata.Name().Elem()
	c.Host = owner.Host()
	c.Database = pulumi.String(args.Database).ToStringOutput()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"serviceName": c.ServiceName,
		"host":        c.Host,
		"database":    c.Database,
	})
}
