package rules

import "github.com/tripsage/infrastructure/policy/rule"

func tokenLifetime() rule.Rule {
	return rule.Rule{
		ID:       "token-lifetime",
		Title:    "Tokens of service accounts end soon",
		Severity: rule.Medium,
		Reason:   "A stolen token is good until it ends, and nobody can take it back.",
		Fix: "Mount a projected serviceAccountToken volume, and leave expirationSeconds out (an hour; the kubelet " +
			"renews it) or below the maximum. Don't make Secrets of type kubernetes.io/service-account-token.",
		Sources: []string{
			"Kubernetes, Configure Service Accounts for Pods: Manually create a long-lived API token",
		},
		Parameters: []rule.Parameter{{
			Name: "maximum", Description: "the longest lifetime of a token, in seconds", Default: 3600.0,
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if kind := r.At("type"); r.Is("", "Secret") && kind.IsText("kubernetes.io/service-account-token") {
				c.Violation(r, "%s is %s: a token that never ends", kind.Path(), kind.Show())
			}
			pod, _ := r.Pod()
			for _, volume := range pod.Spec.At("volumes").Items() {
				for _, source := range volume.At("projected", "sources").Items() {
					lifetime := source.At("serviceAccountToken", "expirationSeconds")
					if seconds, ok := lifetime.Number(); ok && seconds > c.Number("maximum") {
						c.Violation(r, "%s is %s, more than %s", lifetime.Path(), lifetime.Show(), decimal(c.Number("maximum")))
					}
				}
			}
		},
	}
}
