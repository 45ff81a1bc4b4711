package rules

import "github.com/tripsage/infrastructure/policy/rule"

func secretMisplaced() rule.Rule {
	return rule.Rule{
		ID:       "secret-misplaced",
		Title:    "What is secret for Pulumi goes into Secrets only",
		Severity: rule.High,
		Reason: "Pulumi hides the value in its own state and output, but the cluster or the repository gets it in plain: " +
			"ConfigMaps, pods and their annotations are readable for everybody who may look at the namespace.",
		Fix: "Put the value into a Secret and mount it, or, if it is not secret at all, take the mark off with pulumi.Unsecret.",
		Sources: []string{
			"Kubernetes documentation, Good practices for Kubernetes Secrets", "deployment guide, Config Maps and Secrets",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Type == "pulumi:pulumi:Stack" { // its outputs are where secrets may be marked
				return
			}
			whole := r.At("data")
			if r.Is("", "ConfigMap") && whole.Known() && whole.Secret() {
				c.Violation(r, "%s is marked as secret", whole.Path())
				return
			}
			for _, place := range openPlaces(r) {
				if place.value.Known() && place.value.Secret() && !place.value.Empty() && !digestName(place.name) {
					c.Violation(r, "%s is marked as secret", named(place))
				}
			}
		},
	}
}

// named is the place's path, with its name if the path does not say it.
func named(place openPlace) string {
	if place.name == "" || lastName(place.value.Path()) != "value" {
		return place.value.Path()
	}
	return place.value.Path() + " (" + place.name + ")"
}
