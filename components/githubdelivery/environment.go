package githubdelivery

import (
	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newEnvironment returns the environment's name as the deployment patterns have
// it, so that whatever uses the name waits for a complete gate.
func newEnvironment(ctx *pulumi.Context, o owner, args Args) (pulumi.StringOutput, error) {
	env, err := github.NewRepositoryEnvironment(ctx, o.logical, &github.RepositoryEnvironmentArgs{
		Repository:        o.repository,
		Environment:       pulumi.String(args.Environment),
		CanAdminsBypass:   pulumi.Bool(false),
		PreventSelfReview: pulumi.Bool(args.Reviewers.count() > 0 && !args.AllowSelfReview),
		WaitTimer:         pulumi.Int(args.WaitMinutes),
		Reviewers:         args.Reviewers.input(),
		DeploymentBranchPolicy: &github.RepositoryEnvironmentDeploymentBranchPolicyArgs{
			ProtectedBranches:    pulumi.Bool(false),
			CustomBranchPolicies: pulumi.Bool(true),
		},
	}, o.parent(), pulumi.Protect(o.protect))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	var names []any
	for _, pattern := range args.Branches {
		policy := &github.RepositoryEnvironmentDeploymentPolicyArgs{BranchPattern: pulumi.String(pattern)}
		name, err := newPolicy(ctx, o, env, "branch-"+pattern, policy)
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		names = append(names, name)
	}
	for _, pattern := range args.Tags {
		policy := &github.RepositoryEnvironmentDeploymentPolicyArgs{TagPattern: pulumi.String(pattern)}
		name, err := newPolicy(ctx, o, env, "tag-"+pattern, policy)
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		names = append(names, name)
	}
	return pulumi.All(names...).ApplyT(func(names []any) string {
		name, _ := names[0].(string)
		return name
	}).(pulumi.StringOutput), nil
}

// newPolicy allows one pattern. Patterns are replaced in the order delete,
// create: GitHub refuses two equal ones.
func newPolicy(ctx *pulumi.Context, o owner, env *github.RepositoryEnvironment, suffix string, policy *github.RepositoryEnvironmentDeploymentPolicyArgs) (pulumi.StringOutput, error) {
	policy.Repository, policy.Environment = o.repository, env.Environment
	made, err := github.NewRepositoryEnvironmentDeploymentPolicy(ctx, o.logical+"-"+suffix, policy,
		o.parent(), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return made.Environment, nil
}

func (r Reviewers) count() int { return len(r.Users) + len(r.Teams) }

func (r Reviewers) input() github.RepositoryEnvironmentReviewerArrayInput {
	if r.count() == 0 {
		return nil
	}
	return github.RepositoryEnvironmentReviewerArray{&github.RepositoryEnvironmentReviewerArgs{
		Users: pulumi.ToIntArray(r.Users),
		Teams: pulumi.ToIntArray(r.Teams),
	}}
}
