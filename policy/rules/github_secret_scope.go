package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubSecretScope() rule.Rule {
	return rule.Rule{
		ID:       "github-secret-scope",
		Title:    "Secrets of workflows belong to an environment",
		Severity: rule.Medium,
		Reason: "Every workflow of every branch gets a repository's or an organization's secrets; an environment gives its own only to jobs " +
			"that passed its gate.",
		Fix:     "Use ActionsEnvironmentSecret.",
		Sources: []string{"GitHub documentation, Security hardening for GitHub Actions: Using secrets", "OWASP Top 10 for CI/CD, Inadequate Identity and Access Management"},
		Parameters: []rule.Parameter{
			{Name: "allowed", Default: []string{}, Description: "Names of secrets that may be the repository's or the organization's."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			name := r.At("secretName")
			if name.Unknown() || slices.Contains(c.Texts("allowed"), name.String()) {
				return
			}
			switch r.Type {
			case "github:index/actionsSecret:ActionsSecret":
				c.Violation(r, "%s is a secret of the whole repository", name.Show())
			case "github:index/actionsOrganizationSecret:ActionsOrganizationSecret":
				c.Violation(r, "%s is a secret of the organization", name.Show())
			}
		},
	}
}
