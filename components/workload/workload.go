package workload

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:workload:Workload"

const (
	httpPort    = "http"
	metricsPort = "metrics"
)

// Component is a running stateless HTTP service.
type Component struct {
	pulumi.ResourceState

	// ServiceName is the metadata.name of the Service for all callers, also when
	// Flagger makes it.
	ServiceName pulumi.StringOutput
	// ServicePort is the Service's HTTP port.
	ServicePort pulumi.IntOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
	// DeploymentNames are the Deployments' metadata.name: one, or those of
	// Tracks in their order.
	DeploymentNames pulumi.StringArrayOutput
}

// Selector returns the labels of the pods of the workload with that
// metadata.name, of all its tracks and of Flagger's copy of them, for the
// policies of others.
func Selector(name string) map[string]string {
	return identity(Args{Name: name}).InstanceSelector()
}

func identity(args Args) labels.Identity {
	return labels.Identity{Name: args.Name, Instance: args.Name, Component: args.Component, Version: args.Version}
}

// New creates the service.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("workload %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: identity(args)}
	if err := c.createChildren(ctx, owner, args); err != nil {
		return nil, err
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"serviceName":     c.ServiceName,
		"servicePort":     c.ServicePort,
		"host":            c.Host,
		"deploymentNames": c.DeploymentNames,
	})
}

func (c *Component) createChildren(ctx *pulumi.Context, o object.Owner, args Args) error {
	rules := netpol.Rules{Pods: o.Identity.InstanceSelector(), From: args.Ingress, To: args.Egress}
	if _, err := netpol.Allow(ctx, o, rules); err != nil {
		return err
	}
	account, err := object.ServiceAccount(ctx, o)
	if err != nil {
		return err
	}
	var deployments []*appsv1.Deployment
	var names pulumi.StringArray
	for _, u := range units(o, args) {
		deployment, err := newUnit(ctx, u, account)
		if err != nil {
			return err
		}
		deployments = append(deployments, deployment)
		names = append(names, deployment.Metadata.Name().Elem())
	}
	if c.ServiceName, err = newServices(ctx, o, args, deployments); err != nil {
		return err
	}
	c.DeploymentNames = names.ToStringArrayOutput()
	c.ServicePort = pulumi.Int(args.Ports.Service).ToIntOutput()
	c.Host = o.Host()
	return nil
}

func newUnit(ctx *pulumi.Context, u unit, account pulumi.StringPtrOutput) (*appsv1.Deployment, error) {
	config, err := newConfig(ctx, u)
	if err != nil {
		return nil, err
	}
	deployment, err := newDeployment(ctx, u, podInputs{config: config, account: account})
	if err != nil {
		return nil, err
	}
	if err := newBudget(ctx, u); err != nil {
		return nil, err
	}
	return deployment, newAutoscaler(ctx, u)
}
