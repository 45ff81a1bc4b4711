package rules

import (
	"maps"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubTagRules() rule.Rule {
	return rule.Rule{
		ID:       "github-tag-rules",
		Title:    "Release tags are neither moved nor deleted",
		Severity: rule.High,
		Reason: "A release is what its tag names. If the tag can be moved, what was approved is not what is deployed the next time, and " +
			"a rollback goes somewhere else.",
		Fix: "Give the repository an active RepositoryRuleset with target tag for refs/tags/v* with update, deletion and requiredSignatures. If another stack " +
			"owns it, set required to false here.",
		Sources: []string{"GitHub documentation, Available rules for rulesets", "SLSA, Source track: immutable references", "deployment guide, Branch Strategy"},
		Parameters: []rule.Parameter{
			{Name: "required", Default: true, Description: "Whether a stack with a deployment environment must have the rules. Those that there are get judged in any case."},
			{Name: "tag", Default: "v1.0.0", Description: "A release tag that the rules must hold for."},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			environments := deployed(s)
			first := maps.Clone(environments)
			for _, ruleset := range s.OfType(githubRuleset) {
				if name, known := ruleset.At("repository").Text(); known {
					first[name] = ruleset
				}
			}
			for _, repository := range slices.Sorted(maps.Keys(first)) {
				all := refGuards(s, repository, "tag", "refs/tags/"+c.Text("tag"))
				judgeGuards(c, all, []refDemand{
					demandField("update", "rules.update is not true, so a release tag can be moved"),
					demandField("deletion", "rules.deletion is not true, so a release tag can be deleted"),
					demandField("requiredSignatures", "rules.requiredSignatures is not true, so a release can be made in anybody's name"),
				})
				if environment, deploys := environments[repository]; deploys && len(all) == 0 && c.Flag("required") {
					c.Violation(environment, "the stack has no ruleset for the release tags of %s", repository)
				}
			}
		},
	}
}
