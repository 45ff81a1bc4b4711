package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubDeploymentRefs() rule.Rule {
	return rule.Rule{
		ID:       "github-deployment-refs",
		Title:    "Production is deployed from release tags only, everything else from the main branch; previews are of pull requests",
		Severity: rule.High,
		Reason: "An environment that takes every branch gives its secrets to the workflow of any branch, as its author wrote it, before " +
			"anybody reviewed it.",
		Fix: "Set deploymentBranchPolicy.customBranchPolicies and add one RepositoryEnvironmentDeploymentPolicy: tagPattern v* for " +
			"production, branchPattern main for the others.",
		Sources: []string{
			"deployment guide, CI/CD Pipeline: triggers", "GitHub documentation, Managing environments for deployment: Deployment branches and tags",
		},
		Parameters: []rule.Parameter{
			{Name: "tag-environments", Default: []string{"production"}, Description: "The environments that are deployed from tags."},
			{Name: "tags", Default: []string{"v*"}, Description: "The patterns of tags that may be deployed."},
			{Name: "branches", Default: []string{"main"}, Description: "The patterns of branches that may be deployed to the other environments."},
			{Name: "preview-environments", Default: []string{"preview-staging", "preview-production"}, Description: "The environments of jobs that only look."},
			{Name: "preview-branches", Default: []string{"main", "refs/pull/*/merge"}, Description: "The patterns of branches that may use those."},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			policies := s.OfType(
				"github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
				"github:index/repositoryDeploymentBranchPolicy:RepositoryDeploymentBranchPolicy",
			)
			for _, environment := range s.OfType(githubEnvironment) {
				judgeRefs(c, environment, policies)
			}
			for _, policy := range policies {
				judgePattern(c, policy)
			}
		},
	}
}

func judgeRefs(c *rule.Context, environment rule.Resource, policies []rule.Resource) {
	policy := environment.At("deploymentBranchPolicy")
	custom, protected := policy.At("customBranchPolicies"), policy.At("protectedBranches")
	ofTags := environment.At("environment").IsText(c.Texts("tag-environments")...)
	switch {
	case policy.Missing():
		c.Violation(environment, "%s is missing, so every branch and tag may be deployed", policy.Path())
	case protected.True() && ofTags:
		c.Violation(environment, "%s is true, and release tags are no branches", protected.Path())
	case custom.NotTrue() && protected.NotTrue():
		c.Violation(environment, "%s and %s are not true, so every branch and tag may be deployed", custom.Path(), protected.Path())
	case custom.True() && !slices.ContainsFunc(policies, func(one rule.Resource) bool { return mayBelong(one, environment) }):
		c.Violation(environment, "%s is true, and the stack has no policy for it: nothing can be deployed", custom.Path())
	}
}

// mayBelong says that the policy is not known to be another environment's.
func mayBelong(policy, environment rule.Resource) bool {
	name, known := environment.At("environment").Text()
	repository, too := environment.At("repository").Text()
	return (!known || !environmentOf(policy).NotText(name)) && (!too || !policy.At("repository").NotText(repository))
}

// environmentOf has two names in the provider.
func environmentOf(policy rule.Resource) rule.Value {
	if older := policy.At("environmentName"); !older.Missing() {
		return older
	}
	return policy.At("environment")
}

func judgePattern(c *rule.Context, policy rule.Resource) {
	environment := environmentOf(policy)
	tag, branch := policy.At("tagPattern"), policy.At("branchPattern")
	if older := policy.At("name"); branch.Missing() && !older.Missing() {
		branch = older
	}
	ofTags := environment.IsText(c.Texts("tag-environments")...)
	branches := c.Texts("branches")
	if environment.IsText(c.Texts("preview-environments")...) {
		branches = c.Texts("preview-branches")
	}
	switch {
	case environment.Unknown():
	case tag.Known() && tag.NotText(c.Texts("tags")...):
		c.Violation(policy, "%s is %s, expected one of %q", tag.Path(), tag.Show(), c.Texts("tags"))
	case branch.Known() && ofTags:
		c.Violation(policy, "%s is %s, and %s is deployed from tags only", branch.Path(), branch.Show(), environment.Show())
	case branch.Known() && branch.NotText(branches...):
		c.Violation(policy, "%s is %s, expected one of %q", branch.Path(), branch.Show(), branches)
	}
}
