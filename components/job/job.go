package job

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:job:Job"

// Component is a program that has run.
type Component struct {
	pulumi.ResourceState

	// JobName is the Job's metadata.name.
	JobName pulumi.StringOutput

	run pulumi.Resource
}

// Done is what has to be depended on to start after the program has succeeded.
// The component itself will not do: the SDK looks up a component's children when
// the dependent registers, and they register in the background, so it may miss
// the one that counts.
func (c *Component) Done() pulumi.Resource { return c.run }

// Selector returns the labels of the pods of the job with that name, for the
// network policies of others.
func Selector(name string) map[string]string {
	return identity(Args{Name: name}).Selector()
}

func identity(args Args) labels.Identity {
	return labels.Identity{Name: args.Name, Instance: args.Name, Component: args.Component, Version: args.Version}
}

// New creates the job.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("job %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	owner := object.Owner{Resource: c, Logical: name, Namespace: args.Namespace, Identity: identity(args)}
	policies, err := netpol.Allow(ctx, owner, netpol.Rules{Pods: owner.Identity.Selector(), To: args.Egress})
	if err != nil {
		return nil, err
	}
	account, err := object.ServiceAccount(ctx, owner)
	if err != nil {
		return nil, err
	}
	run, err := newJob(ctx, owner, args, account, policies)
	if err != nil {
		return nil, err
	}
	c.run, c.JobName = run, run.Metadata.Name().Elem()
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"jobName": c.JobName})
}
