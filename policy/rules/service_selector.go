package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceSelector() rule.Rule {
	return rule.Rule{
		ID:       "service-selector",
		Title:    "A Service selects pods",
		Severity: rule.Medium,
		Reason: "Without a selector a Service has no addresses until somebody writes EndpointSlices for it: by hand, and past the policies " +
			"of the pods.",
		Fix:     "Set spec.selector to the labels of the pods.",
		Sources: []string{"kube-linter dangling-service"},
		Check: func(c *rule.Context, r rule.Resource) {
			kind := r.At("spec", "type")
			if !r.Is("", "Service") || kind.Unknown() || kind.IsText("ExternalName") {
				return
			}
			if own := r.At("spec", "selector"); own.Empty() {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		},
	}
}
