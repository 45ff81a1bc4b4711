package rules

import "github.com/tripsage/infrastructure/policy/rule"

func secretNamed() rule.Rule {
	return rule.Rule{
		ID:       "secret-name",
		Title:    "What has the name of a secret has no literal value in the open",
		Severity: rule.High,
		Reason: "Everybody who may list pods or ConfigMaps, or read the stack's outputs, reads it; environment and arguments " +
			"also end up in crash reports and process lists.",
		Fix: "Put the value into a Secret, mount it and give the path (DATABASE_PASSWORD_FILE, --flagfile). " +
			"If it is no secret, give it a name that does not end like one.",
		Sources: []string{"kube-linter env-var-secret", "deployment guide, Config Maps and Secrets", "OWASP Secrets Management Cheat Sheet"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, place := range openPlaces(r) {
				name := place.namedSecret()
				switch {
				case name == "":
				case place.kind() != "": // secret-format
				case name == place.name:
					c.Violation(r, "%s is a literal value of %s: its name, %s, is a secret's",
						place.value.Path(), letters(place.value.String()), name)
				default:
					c.Violation(r, "%s gives %s, which has the name of a secret, a literal value", place.value.Path(), name)
				}
			}
		},
	}
}
