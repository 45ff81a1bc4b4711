package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelPrivate() rule.Rule {
	return rule.Rule{
		ID:       "vercel-private",
		Title:    "Strangers neither build with the project's variables nor read its source",
		Severity: rule.High,
		Reason: "Without fork protection a pull request from anybody's fork is built with the project's secrets and can print them. " +
			"Public source shows logs and programs of every deployment.",
		Fix:     "Set gitForkProtection to true, and leave publicSource, directoryListing and customerSuccessCodeVisibility out.",
		Sources: []string{"Vercel documentation, Project settings: Git fork protection, Logs and source protection", "OWASP Top 10 for CI/CD, Poisoned Pipeline Execution"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type != vercelProject {
				return
			}
			if forks := r.At("gitForkProtection"); forks.NotTrue() {
				c.Violation(r, "%s is %s", forks.Path(), forks.Show())
			}
			for _, name := range []string{"publicSource", "directoryListing", "customerSuccessCodeVisibility"} {
				if setting := r.At(name); setting.True() {
					c.Violation(r, "%s is true", setting.Path())
				}
			}
		},
	}
}
