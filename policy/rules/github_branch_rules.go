package rules

import (
	"maps"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubBranchRules() rule.Rule {
	return rule.Rule{
		ID:       "github-branch-rules",
		Title:    "Changes come to the main branch by reviewed, checked and signed pull requests",
		Severity: rule.High,
		Reason: "What is on the main branch is deployed. One person, or one stolen token, must not be enough to put something there, nor " +
			"to take away the traces.",
		Fix: "Give the repository an active RepositoryRuleset for ~DEFAULT_BRANCH with the settings named. If another stack owns it, set " +
			"required to false here.",
		Sources: []string{
			"OpenSSF Scorecard, Branch-Protection", "GitHub documentation, Available rules for rulesets", "deployment guide, Branch Strategy",
		},
		Parameters: []rule.Parameter{
			{Name: "required", Default: true, Description: "Whether a stack with a deployment environment must have the rules. Those that there are get judged in any case."},
			{Name: "approvals", Default: 1.0, Description: "How many people must approve at least."},
			{
				Name: "rules", Description: "What must be true of the ruleset.",
				Default: []string{"deletion", "nonFastForward", "requiredLinearHistory", "requiredSignatures"},
			},
			{
				Name: "reviews", Description: "What must be true of its pullRequest.",
				Default: []string{
					"dismissStaleReviewsOnPush", "requireCodeOwnerReview", "requireLastPushApproval", "requiredReviewThreadResolution",
				},
			},
			{Name: "strict", Default: true, Description: "Whether checks must have passed on the latest main branch."},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			first := deployed(s)
			for _, ruleset := range s.OfType(githubRuleset) {
				name, known := ruleset.At("repository").Text()
				if _, seen := first[name]; known && !seen {
					first[name] = ruleset
				}
			}
			for _, repository := range slices.Sorted(maps.Keys(first)) {
				all := refGuards(s, repository, "branch", "refs/heads/main")
				all = append(all, protections(s)...)
				judgeGuards(c, all, branchDemands(c))
				if len(all) == 0 && c.Flag("required") && first[repository].Type == githubEnvironment {
					c.Violation(first[repository], "the stack has no ruleset for the main branch of %s", repository)
				}
			}
		},
	}
}

func branchDemands(c *rule.Context) []refDemand {
	approvals := c.Number("approvals")
	demands := []refDemand{
		{says: "rules.pullRequest is missing, or asks for too few approvals", met: func(rules rule.Value) rule.Answer {
			count := rules.At("pullRequest", "requiredApprovingReviewCount")
			number, known := count.Number()
			return fieldHolds(known && number >= approvals, count)
		}},
		{says: "rules.requiredStatusChecks.requiredChecks is empty, so nothing needs to pass", met: func(rules rule.Value) rule.Answer {
			checks := rules.At("requiredStatusChecks", "requiredChecks")
			return fieldHolds(len(checks.Items()) > 0, checks)
		}},
	}
	for _, name := range c.Texts("rules") {
		demands = append(demands, demandField(name, "rules."+name+" is not true"))
	}
	for _, name := range c.Texts("reviews") {
		demands = append(demands, demandWithin("pullRequest", name))
	}
	if c.Flag("strict") {
		demands = append(demands, demandWithin("requiredStatusChecks", "strictRequiredStatusChecksPolicy"))
	}
	return demands
}

// demandWithin is the demand that a field of a part is true, of rulesets that
// have the part.
func demandWithin(part, name string) refDemand {
	return refDemand{
		says:  "rules." + part + "." + name + " is not true",
		met:   func(rules rule.Value) rule.Answer { return fieldTrue(rules.At(part, name)) },
		about: func(rules rule.Value) bool { return rules.At(part).IsObject() },
	}
}

// fieldHolds is Yes when it holds, and otherwise No unless the value is unknown.
func fieldHolds(holds bool, v rule.Value) rule.Answer {
	switch {
	case holds:
		return rule.Yes
	case v.Unknown():
		return rule.Maybe
	default:
		return rule.No
	}
}

// protections are branch protections of the older kind. They name a repository
// by an id that the stack may not know, so they count as uncertain.
func protections(s rule.Stack) []refGuard {
	var all []refGuard
	for _, one := range s.OfType("github:index/branchProtection:BranchProtection", "github:index/branchProtectionV3:BranchProtectionV3") {
		if !one.At("pattern").NotText("main") || !one.At("branch").NotText("main") {
			all = append(all, refGuard{owner: one})
		}
	}
	return all
}
