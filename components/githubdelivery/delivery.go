package githubdelivery

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:githubdelivery:Delivery"

// Component is the delivery of one stack from one repository.
type Component struct {
	pulumi.ResourceState

	// Environment is the environment's name. It is known once the environment
	// and the patterns of what may deploy to it exist.
	Environment pulumi.StringOutput
	// PullRequests are the numbers of the pull requests that propose Files, in
	// the order of those that are not Direct.
	PullRequests pulumi.IntArrayOutput
}

// owner is what every child needs to know of its component.
type owner struct {
	resource pulumi.Resource
	// logical is the component's Pulumi name, from which the children's are made.
	logical    string
	repository pulumi.String
	protect    bool
}

func (o owner) parent() pulumi.ResourceOption { return pulumi.Parent(o.resource) }

// New creates the environment, its values, and what else the stack owns.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("githubdelivery %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	o := owner{resource: c, logical: name, repository: pulumi.String(args.Repository), protect: args.Protect}
	if err := newRules(ctx, o, args); err != nil {
		return nil, err
	}
	var err error
	if c.Environment, err = newEnvironment(ctx, o, args); err != nil {
		return nil, err
	}
	if err = newValues(ctx, o, c.Environment, args); err != nil {
		return nil, err
	}
	if c.PullRequests, err = newFiles(ctx, o, args.Files); err != nil {
		return nil, err
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"environment":  c.Environment,
		"pullRequests": c.PullRequests,
	})
}

// newRules creates what is set for the whole repository, as far as it is ours.
func newRules(ctx *pulumi.Context, o owner, args Args) error {
	if args.Branch != nil {
		if err := newBranchRules(ctx, o, *args.Branch); err != nil {
			return err
		}
	}
	if args.Tag != nil {
		if err := newTagRules(ctx, o, *args.Tag); err != nil {
			return err
		}
	}
	if args.Actions != nil {
		if err := newActionsPolicy(ctx, o, *args.Actions); err != nil {
			return err
		}
	}
	if args.OIDC != nil {
		return newOIDC(ctx, o, *args.OIDC)
	}
	return nil
}
