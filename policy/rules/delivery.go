package rules

import "github.com/tripsage/infrastructure/policy/rule"

// delivery are the rules about GitHub.
func delivery() []rule.Rule {
	return []rule.Rule{
		githubReviewers(), githubApproval(), githubDeploymentRefs(), githubBranchRules(), githubBranchProtection(), githubTagRules(),
		githubRulesets(), githubActions(), githubToken(), githubSubject(), githubVariables(), githubSecretScope(), githubFiles(), githubEnvironments(),
	}
}
