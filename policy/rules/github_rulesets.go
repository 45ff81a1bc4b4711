package rules

import "github.com/tripsage/infrastructure/policy/rule"

func githubRulesets() rule.Rule {
	return rule.Rule{
		ID:       "github-rulesets",
		Title:    "Rulesets are enforced, and nobody pushes past them",
		Severity: rule.High,
		Reason:   "A ruleset that only evaluates stops nothing. A bypass actor with the mode always leaves no trace of what was skipped.",
		Fix:      "Set enforcement to active. Leave bypassActors out, or give each the mode pull_request.",
		Sources:  []string{"GitHub documentation, Creating rulesets for a repository: enforcement status, bypass permissions", "OpenSSF Scorecard, Branch-Protection"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != githubRuleset && r.Type != "github:index/organizationRuleset:OrganizationRuleset" {
				return
			}
			if enforcement := r.At("enforcement"); enforcement.NotText("active") {
				c.Violation(r, "%s is %s", enforcement.Path(), enforcement.Show())
			}
			for _, actor := range r.At("bypassActors").Items() {
				if mode := actor.At("bypassMode"); mode.NotText("pull_request") {
					c.Violation(r, "%s is %s, for %s %s", mode.Path(), mode.Show(), actor.At("actorType").Show(), actor.At("actorId").Show())
				}
			}
		},
	}
}
