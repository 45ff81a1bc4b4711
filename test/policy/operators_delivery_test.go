package policytest

import "slices"

const (
	gitHub  = "github:index/"
	setUp   = ownClaim + "production environment with reviewers and tag policy, branch rules"
	ruleset = gitHub + "repositoryRuleset:RepositoryRuleset"
)

// deliveryOperators let somebody deploy without anybody looking.
func deliveryOperators() []operator {
	return slices.Concat(environmentOperators(), rulesetOperators(), repositoryOperators())
}

func environmentOperators() []operator {
	environment := ofType(gitHub + "repositoryEnvironment:RepositoryEnvironment")
	policy := ofType(gitHub + "repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy")
	inProduction := onStack("production")
	return []operator{
		inProduction(each("no-reviewers", setUp, environment, drops("reviewers"))),
		inProduction(each("reviewers-emptied", setUp, environment, puts("reviewers", []any{}))),
		inProduction(each("reviewers-of-nobody", setUp, environment, puts("reviewers", []any{object{"teams": []any{}, "users": []any{}}}))),
		inProduction(each("self-review", setUp, environment, puts("preventSelfReview", false))),
		each("admins-bypass", setUp, environment, puts("canAdminsBypass", true)),
		each("admins-bypass-unset", setUp, environment, drops("canAdminsBypass")),
		each("deployed-from-anywhere", setUp, environment, drops("deploymentBranchPolicy")),
		inProduction(each("deployed-from-protected-branches", setUp, environment,
			puts("deploymentBranchPolicy", object{"protectedBranches": true, "customBranchPolicies": false}))),
		each("policies-off", setUp, environment, puts("deploymentBranchPolicy", object{"protectedBranches": false, "customBranchPolicies": false})),
		inProduction(each("no-wait", setUp, environment, puts("waitTimer", 0.0))),
		without("deployment-policy-removed", setUp, policy),
		inProduction(each("any-tag", setUp, policy, puts("tagPattern", "*"))),
		inProduction(each("branch-for-tag", setUp, policy, func(r *thing) bool {
			return drop(r.Properties, "tagPattern") && put(r.Properties, "branchPattern", "main")
		})),
		onStack("staging")(each("any-branch", setUp, policy, puts("branchPattern", "*"))),
		onStack("staging")(each("any-feature-branch", setUp, policy, puts("branchPattern", "feature/*"))),
		inProduction(without("environment-removed", setUp, environment)),
	}
}

func rulesetOperators() []operator {
	rules := ofType(ruleset)
	branches := rules.and(func(r thing) bool { return r.Properties["target"] == "branch" })
	tags := rules.and(func(r thing) bool { return r.Properties["target"] == "tag" })
	all := []operator{
		each("rules-disabled", setUp, rules, puts("enforcement", "disabled")),
		each("rules-evaluated-only", setUp, rules, puts("enforcement", "evaluate")),
		each("rules-bypassed", setUp, rules, puts("bypassActors", []any{
			object{"actorId": 5.0, "actorType": "RepositoryRole", "bypassMode": "always"},
		})),
		each("rules-for-another-branch", setUp, branches, puts("conditions.refName.includes", []any{"refs/heads/other"})),
		each("rules-exclude-main", setUp, branches, puts("conditions.refName.excludes", []any{"~DEFAULT_BRANCH"})),
		each("rules-exclude-tags", setUp, tags, puts("conditions.refName.excludes", []any{"refs/tags/v*"})),
		each("rules-for-other-tags", setUp, tags, puts("conditions.refName.includes", []any{"refs/tags/test-*"})),
		without("rules-removed", setUp, rules),
		each("no-approvals", setUp, branches, puts("rules.pullRequest.requiredApprovingReviewCount", 0.0)),
		each("no-checks", setUp, branches, puts("rules.requiredStatusChecks.requiredChecks", []any{})),
		each("tags-move", setUp, tags, drops("rules.update")),
		each("tags-move-explicitly", setUp, tags, puts("rules.update", false)),
	}
	for _, name := range []string{"deletion", "nonFastForward", "requiredSignatures"} {
		all = append(all, each("rule-dropped-"+name, setUp, rules, drops("rules."+name)), each("rule-off-"+name, setUp, rules, puts("rules."+name, false)))
	}
	for _, name := range []string{"pullRequest", "requiredStatusChecks", "requiredLinearHistory"} {
		all = append(all, each("rule-dropped-"+name, setUp, branches, drops("rules."+name)))
	}
	for _, name := range []string{
		"dismissStaleReviewsOnPush", "requireCodeOwnerReview", "requireLastPushApproval", "requiredReviewThreadResolution",
	} {
		all = append(all, each("review-off-"+name, setUp, branches, puts("rules.pullRequest."+name, false)))
	}
	return append(all, each("checks-of-an-old-commit", setUp, branches, puts("rules.requiredStatusChecks.strictRequiredStatusChecksPolicy", false)))
}

func repositoryOperators() []operator {
	actions := ofType(gitHub + "actionsRepositoryPermissions:ActionsRepositoryPermissions")
	identity := ofType(gitHub + "actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate")
	const harden = "GitHub, security hardening for GitHub Actions"
	return []operator{
		each("actions-of-anybody", harden, actions, puts("allowedActions", "all")),
		each("actions-any-pattern", harden, actions, puts("allowedActionsConfig.patternsAlloweds", []any{"*"})),
		each("identity-by-default", harden, identity, puts("useDefault", true)),
		each("identity-without-environment", harden, identity, puts("includeClaimKeys", []any{"repo"})),
		each("secret-of-another-environment", setUp, ofType(gitHub+"actionsEnvironmentSecret:ActionsEnvironmentSecret"), puts("environment", "nowhere")),
		each("file-pushed-to-main", setUp, ofType(gitHub+"repositoryFile:RepositoryFile"), puts("branch", "main")),
	}
}
