package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func secretFormat() rule.Rule {
	return rule.Rule{
		ID:       "secret-format",
		Title:    "No plain value has the form of a key, token or password",
		Severity: rule.Critical,
		Reason: "Plain values are in the stack's state, in the output of previews and in the cluster's or provider's configuration, " +
			"where many more people and programs read them than may know the secret.",
		Fix: "Replace the secret at its issuer, for it is no secret any more. Keep the new one in the stack's configuration with " +
			"pulumi config set --secret, and let containers read it from a mounted Secret.",
		Sources: []string{
			"deployment guide, Secret Management", "OWASP Secrets Management Cheat Sheet", "gitleaks, known formats",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if judgedByName(r.Type) || strings.HasPrefix(r.Type, "random:") {
				return
			}
			elsewhere := map[string]bool{}
			for _, value := range neverPlain(r) {
				elsewhere[value.Path()] = true
			}
			places := map[string]openPlace{}
			for _, place := range openPlaces(r) {
				places[place.value.Path()] = place
			}
			eachText(r.Properties, func(v rule.Value, text string) {
				kind := places[v.Path()].private(secretKind(text))
				if kind != "" && !elsewhere[v.Path()] {
					c.Violation(r, "%s has %s", v.Path(), kind)
				}
			})
		},
	}
}

// judgedByName are types that have rules of their own for the values in them.
func judgedByName(kind string) bool {
	return strings.HasPrefix(kind, "vercel:index/") && strings.Contains(kind, "nvironmentVariable") ||
		strings.HasPrefix(kind, "github:index/actions") && strings.HasSuffix(kind, "Variable")
}
