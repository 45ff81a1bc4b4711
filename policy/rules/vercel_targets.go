package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelTargets() rule.Rule {
	return rule.Rule{
		ID:       "vercel-targets",
		Title:    "A secret at Vercel is for one target",
		Severity: rule.Medium,
		Reason:   "A preview is built from a branch that nobody has reviewed. With production's secret it can read production's data.",
		Fix:      "Give each target a variable of its own, with another secret.",
		Sources:  []string{"Vercel documentation, Environment Variables: Environments", "deployment guide, Environment Variable Issues"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range vercelVariables(r) {
				if one.sensitive.True() && len(one.targets.Items()) > 1 {
					c.Violation(r, "%s of %s is %s", one.targets.Path(), one.key.Show(), one.targets.Show())
				}
			}
		},
	}
}
