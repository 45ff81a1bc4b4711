package rules

import "github.com/tripsage/infrastructure/policy/rule"

func vercelSensitive() rule.Rule {
	return rule.Rule{
		ID:       "vercel-sensitive",
		Title:    "Secrets at Vercel are stored as sensitive",
		Severity: rule.High,
		Reason:   "Everybody who may see the project reads a variable that is not sensitive, and the API gives it to every token.",
		Fix: "Set sensitive to true. A sensitive variable cannot be for the target development: put that one into the developer's " +
			".env.local.",
		Sources: []string{"Vercel documentation, Sensitive environment variables", "deployment guide, Required Environment Variables"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range vercelVariables(r) {
				key, known := one.key.Text()
				if !known || publicName(key) {
					continue
				}
				if why := vercelSecret(key, one.value); why != "" && one.sensitive.NotTrue() {
					c.Violation(r, "%s is %s, but %s %s", one.sensitive.Path(), one.sensitive.Show(), key, why)
				}
				for _, target := range one.targets.Items() {
					if one.sensitive.True() && target.IsText("development") {
						c.Violation(r, "%s is development, where Vercel stores nothing as sensitive", target.Path())
					}
				}
			}
		},
	}
}

// vercelSecret says why the variable is a secret, or "". The provider takes all
// values for secret, so that its mark says nothing.
func vercelSecret(key string, value rule.Value) string {
	text, known := value.Text()
	if kind := secretKind(text); kind != "" {
		return "has " + kind
	}
	if secretName(key) && (!known || literalSecret(key, text)) {
		return "has the name of a secret"
	}
	if !digestName(key) && randomPart(text, defaultLength, defaultBits) != "" {
		return "has a random text"
	}
	return ""
}
