package vercelproject

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"
)

// Type is the Pulumi type token of the component.
const Type = "tripsage:vercelproject:Project"

// Component is a frontend at Vercel.
type Component struct {
	pulumi.ResourceState

	// ProjectID is the project's id, prj_....
	ProjectID pulumi.StringOutput
	// TeamID is the id of the team that has the project.
	TeamID pulumi.StringOutput
}

// owner is what the parts of a project need to know about it.
type owner struct {
	component pulumi.Resource
	// logical is the component's Pulumi name, from which the children's are made.
	logical string
	project pulumi.StringOutput
	team    pulumi.StringPtrInput
}

func (o owner) parent() pulumi.ResourceOption {
	return pulumi.Parent(o.component)
}

// New creates the project.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Component, error) {
	args = args.withDefaults(name)
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("vercelproject %s:\n%w", name, err)
	}
	c := &Component{}
	if err := ctx.RegisterComponentResource(Type, name, c, opts...); err != nil {
		return nil, err
	}
	o := owner{component: c, logical: name}
	if args.Team != "" {
		o.team = pulumi.StringPtr(args.Team)
	}
	project, err := newProject(ctx, o, args)
	if err != nil {
		return nil, err
	}
	c.ProjectID, c.TeamID = project.ID().ToStringOutput(), project.TeamId
	o.project = c.ProjectID
	for _, create := range []func(*pulumi.Context, owner, Args) error{
		newRetention, newVariables, newDomains, newRecords, newFirewall, newAttackMode,
	} {
		if err := create(ctx, o, args); err != nil {
			return nil, err
		}
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"projectId":  c.ProjectID,
		"teamId":     c.TeamID,
		"protection": pulumi.String(args.Protection.summary()),
	})
}

func newProject(ctx *pulumi.Context, o owner, args Args) (*vercel.Project, error) {
	site := args.Site
	project := &vercel.ProjectArgs{
		Name:            pulumi.String(args.Name),
		TeamId:          o.team,
		Framework:       pulumi.String(Framework),
		InstallCommand:  pulumi.String(site.InstallCommand),
		BuildCommand:    pulumi.String(site.BuildCommand),
		DevCommand:      pulumi.String(site.DevCommand),
		OutputDirectory: pulumi.String(site.OutputDirectory),
		GitRepository: &vercel.ProjectGitRepositoryArgs{
			Type:             pulumi.String("github"),
			Repo:             pulumi.String(args.Repository),
			ProductionBranch: pulumi.String(args.ProductionBranch),
		},
		ServerlessFunctionRegion: pulumi.String(site.Regions[0]),
		ResourceConfig: &vercel.ProjectResourceConfigArgs{
			FunctionDefaultTimeout: pulumi.Int(site.TimeoutSeconds),
		},
		AutoAssignCustomDomains:                       pulumi.Bool(!args.PromoteByHand),
		AutomaticallyExposeSystemEnvironmentVariables: pulumi.Bool(true),
		PrioritiseProductionBuilds:                    pulumi.Bool(true),
		GitForkProtection:                             pulumi.Bool(true),
		PublicSource:                                  pulumi.Bool(false),
		DirectoryListing:                              pulumi.Bool(false),
		CustomerSuccessCodeVisibility:                 pulumi.Bool(false),
		PreviewComments:                               pulumi.Bool(false),
	}
	if args.ProductionOnly {
		// Exit status 0 tells Vercel to skip the build.
		project.IgnoreCommand = pulumi.String(`[ "$VERCEL_ENV" != production ]`)
	}
	if site.RootDirectory != "" {
		project.RootDirectory = pulumi.String(site.RootDirectory)
	}
	if args.SkewProtection != "" {
		project.SkewProtection = pulumi.String(args.SkewProtection)
	}
	args.Protection.apply(project)
	return vercel.NewProject(ctx, o.logical, project, o.parent(), pulumi.Protect(args.Protect))
}

func newRetention(ctx *pulumi.Context, o owner, args Args) error {
	_, err := vercel.NewProjectDeploymentRetention(ctx, o.logical, &vercel.ProjectDeploymentRetentionArgs{
		ProjectId:            o.project,
		TeamId:               o.team,
		ExpirationProduction: pulumi.String(args.Retention.Production),
		ExpirationPreview:    pulumi.String(args.Retention.Preview),
		ExpirationCanceled:   pulumi.String(args.Retention.Canceled),
		ExpirationErrored:    pulumi.String(args.Retention.Errored),
	}, o.parent())
	return err
}
