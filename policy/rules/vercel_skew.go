package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelSkew() rule.Rule {
	return rule.Rule{
		ID:       "vercel-skew",
		Title:    "Pages that are open already find their own version after a deployment",
		Severity: rule.Low,
		Reason:   "A page of yesterday calls functions of today, whose names and answers may have changed: forms that people filled in get lost.",
		Fix:      `Set skewProtection of the project, for instance to "12 hours". The Hobby plan has none.`,
		Sources:  []string{"Vercel documentation, Skew Protection"},
		Check: func(c *rule.Context, r rule.Resource) {
			if age := r.At("skewProtection"); r.Type == vercelProject && age.NotText("30 minutes", "12 hours", "1 day", "7 days") {
				c.Violation(r, "%s is %s", age.Path(), age.Show())
			}
		},
	}
}
