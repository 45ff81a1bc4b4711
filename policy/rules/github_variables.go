package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func githubVariables() rule.Rule {
	return rule.Rule{
		ID:       "github-variables",
		Title:    "GitHub's variables hold no secrets",
		Severity: rule.Critical,
		Reason:   "Variables are shown in the settings and in logs of workflows; only secrets are masked.",
		Fix:      "Make it an ActionsEnvironmentSecret of the environment whose jobs need it.",
		Sources:  []string{"GitHub documentation, Store information in variables", "OWASP Top 10 for CI/CD, Insufficient Credential Hygiene"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !strings.HasPrefix(r.Type, "github:index/actions") || !strings.HasSuffix(r.Type, "Variable") {
				return
			}
			name, value := r.At("variableName").String(), r.At("value")
			text, known := value.Text()
			kind := secretKind(text)
			switch {
			case !known || strings.HasPrefix(name, "NEXT_PUBLIC_"): // public-prefix
			case value.Secret():
				c.Violation(r, "%s of %s is marked as secret", value.Path(), name)
			case kind != "":
				c.Violation(r, "%s of %s has %s", value.Path(), name, kind)
			case secretName(name) && literalSecret(name, text):
				c.Violation(r, "%s has the name of a secret", name)
			case !r.At("variableName").Unknown() && !digestName(name) && !publicName(name) && randomPart(text, defaultLength, defaultBits) != "":
				c.Violation(r, "%s of %s has a random text", value.Path(), name)
			}
		},
	}
}
