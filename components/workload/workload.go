package workload

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
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

	// ServiceName is the Service's metadata.name.
	ServiceName pulumi.StringOutput
	// ServicePort is the Service's HTTP port.
	ServicePort pulumi.IntOutput
	// Host is the DNS name of the Service inside the cluster.
	Host pulumi.StringOutput
	// DeploymentName is the Deployment's metadata.name.
	DeploymentName pulumi.StringOutput
}

// Selector returns the labels of the pods of the workload with that
// metadata.name, for the network policies of others.
func Selector(name string) map[string]string {
	return identity(Args{Name: name}).Selector()
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
		"serviceName":    c.ServiceName,
		"servicePort":    c.ServicePort,
		"host":           c.Host,
		"deploymentName": c.DeploymentName,
	})
}

func (c *Component) createChildren(ctx *pulumi.Context, o object.Owner, args Args) error {
	if err := netpol.AllowFrom(ctx, o, args.Ingress); err != nil {
		return err
	}
	if err := netpol.AllowTo(ctx, o, args.Egress); err != nil {
		return err
	}
	config, err := newConfig(ctx, o, args.Env)
	if err != nil {
		return err
	}
	account, err := object.ServiceAccount(ctx, o)
	if err != nil {
		return err
	}
	deployment, err := newDeployment(ctx, o, args, podInputs{config: config, account: account})
	if err != nil {
		return err
	}
	service, err := object.Service(ctx, o, []object.Port{
		{Name: httpPort, Number: args.Ports.Service},
		{Name: metricsPort, Number: args.Ports.Metrics},
	})
	if err != nil {
		return err
	}
	if err := newBudget(ctx, o, args.Scaling); err != nil {
		return err
	}
	c.DeploymentName = deployment.Metadata.Name().Elem()
	c.ServiceName = service.Metadata.Name().Elem()
	c.ServicePort = pulumi.Int(args.Ports.Service).ToIntOutput()
	c.Host = o.Host()
	return newAutoscaler(ctx, o, args.Scaling)
}

// newConfig registers the environment and returns the ConfigMap's name.
func newConfig(ctx *pulumi.Context, o object.Owner, env map[string]string) (pulumi.StringPtrOutput, error) {
	config, err := corev1.NewConfigMap(ctx, o.Logical+"-env", &corev1.ConfigMapArgs{
		Metadata: o.MetaNamed(o.Name() + "-env"),
		Data:     pulumi.ToStringMap(env),
	}, o.Parent())
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return config.Metadata.Name(), nil
}
