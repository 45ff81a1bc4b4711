package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceLinks() rule.Rule {
	return rule.Rule{
		ID:       "service-links",
		Title:    "Pods are not told the addresses of all Services",
		Severity: rule.Low,
		Reason: "By default each Service of the namespace puts seven variables into the environment: a map for who " +
			"gets in, and names that can collide with the program's own configuration.",
		Fix:     "Set enableServiceLinks to false and find Services by their DNS names.",
		Sources: []string{"Kubernetes, Connecting Applications with Services: Environment Variables"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			if own := pod.Spec.At("enableServiceLinks"); own.NotFalse() {
				says("%s is %s", own.Path(), own.Show())
			}
		}),
	}
}
