package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubEnvironments() rule.Rule {
	return rule.Rule{
		ID:       "github-environments",
		Title:    "Secrets, variables and deployment policies are of an environment that the stack has",
		Severity: rule.High,
		Reason: "GitHub makes an environment that is named and not there, without any gate, and a secret in another stack's environment " +
			"is behind the gate of that one.",
		Fix:     "Name the environment by the output of the stack's own RepositoryEnvironment.",
		Sources: []string{"GitHub documentation, Managing environments for deployment", "CIS Software Supply Chain Security Guide"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			environments := s.OfType(githubEnvironment)
			for _, r := range s.Resources {
				if !strings.HasPrefix(r.Type, "github:index/") || r.Type == githubEnvironment {
					continue
				}
				name := environmentOf(r)
				if _, known := name.Text(); !known {
					continue
				}
				belongs := false
				for _, environment := range environments {
					belongs = belongs || mayBelong(r, environment)
				}
				if !belongs {
					c.Violation(r, "%s is %s: the stack has no such environment in this repository", name.Path(), name.Show())
				}
			}
		},
	}
}
