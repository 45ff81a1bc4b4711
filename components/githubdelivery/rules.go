package githubdelivery

import (
	"github.com/pulumi/pulumi-github/sdk/v6/go/github"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func newBranchRules(ctx *pulumi.Context, o owner, rules BranchRules) error {
	includes := prefixed("refs/heads/", rules.Branches)
	if len(includes) == 0 {
		includes = []string{anyDefaultBranch}
	}
	return newRuleset(ctx, o, "branch", "protected branches", includes, rules.Bypass, &github.RepositoryRulesetRulesArgs{
		Deletion:              pulumi.Bool(true),
		NonFastForward:        pulumi.Bool(true),
		RequiredLinearHistory: pulumi.Bool(true),
		RequiredSignatures:    pulumi.Bool(true),
		PullRequest: &github.RepositoryRulesetRulesPullRequestArgs{
			RequiredApprovingReviewCount:   pulumi.Int(rules.Approvals),
			RequireCodeOwnerReview:         pulumi.Bool(true),
			RequireLastPushApproval:        pulumi.Bool(true),
			DismissStaleReviewsOnPush:      pulumi.Bool(true),
			RequiredReviewThreadResolution: pulumi.Bool(true),
		},
		RequiredStatusChecks: &github.RepositoryRulesetRulesRequiredStatusChecksArgs{
			RequiredChecks:                   checksInput(rules.Checks),
			StrictRequiredStatusChecksPolicy: pulumi.Bool(true),
		},
	})
}

// newTagRules forbids to update and to delete; creation stays open, because the
// environment's reviewers decide whether a tag is deployed. The provider sends
// UpdateAllowsFetchAndMerge, which only matters to forks, with every Update; left
// out here it would differ for ever.
func newTagRules(ctx *pulumi.Context, o owner, rules TagRules) error {
	includes := prefixed("refs/tags/", rules.Patterns)
	return newRuleset(ctx, o, "tag", "release tags", includes, rules.Bypass, &github.RepositoryRulesetRulesArgs{
		Deletion:                  pulumi.Bool(true),
		Update:                    pulumi.Bool(true),
		UpdateAllowsFetchAndMerge: pulumi.Bool(true),
		NonFastForward:            pulumi.Bool(true),
		RequiredSignatures:        pulumi.Bool(true),
	})
}

func newRuleset(ctx *pulumi.Context, o owner, target, name string, includes []string, bypass []Actor, rules *github.RepositoryRulesetRulesArgs) error {
	_, err := github.NewRepositoryRuleset(ctx, o.logical+"-"+target+"-rules", &github.RepositoryRulesetArgs{
		Repository:   o.repository,
		Name:         pulumi.String(name),
		Target:       pulumi.String(target),
		Enforcement:  pulumi.String("active"),
		BypassActors: bypassInput(bypass),
		Conditions: &github.RepositoryRulesetConditionsArgs{RefName: &github.RepositoryRulesetConditionsRefNameArgs{
			Includes: pulumi.ToStringArray(includes),
			Excludes: pulumi.StringArray{},
		}},
		Rules: rules,
	}, o.parent(), pulumi.Protect(o.protect))
	return err
}

func prefixed(prefix string, patterns []string) []string {
	out := make([]string, 0, len(patterns))
	for _, pattern := range patterns {
		out = append(out, prefix+pattern)
	}
	return out
}

func checksInput(checks []Check) github.RepositoryRulesetRulesRequiredStatusChecksRequiredCheckArray {
	var out github.RepositoryRulesetRulesRequiredStatusChecksRequiredCheckArray
	for _, check := range checks {
		out = append(out, &github.RepositoryRulesetRulesRequiredStatusChecksRequiredCheckArgs{
			Context:       pulumi.String(check.Name),
			IntegrationId: pulumi.Int(check.App),
		})
	}
	return out
}

func bypassInput(actors []Actor) github.RepositoryRulesetBypassActorArrayInput {
	var out github.RepositoryRulesetBypassActorArray
	for _, actor := range actors {
		mode := "pull_request"
		if actor.Always {
			mode = "always"
		}
		out = append(out, &github.RepositoryRulesetBypassActorArgs{
			ActorId:    pulumi.Int(actor.ID),
			ActorType:  pulumi.String(string(actor.Type)),
			BypassMode: pulumi.String(mode),
		})
	}
	if out == nil {
		return nil
	}
	return out
}
