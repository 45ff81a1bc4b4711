package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func visibleObjects() rule.Rule {
	return rule.Rule{
		ID:       "visible-objects",
		Title:    "Kubernetes objects are declared one by one and whole",
		Severity: rule.High,
		Reason: "Rules judge what they see. A patch, a list or a Helm release puts into the cluster what no rule has " +
			"looked at: a privileged container, for instance.",
		Fix: "Declare the object itself in the stack that owns it; render a chart with helm.v4.Chart, whose objects " +
			"are resources of the stack.",
		Sources: []string{"TripSage: what the policy pack can see"},
		Check: func(c *rule.Context, r rule.Resource) {
			kind := r.Kind()
			if strings.HasSuffix(kind, "Patch") || strings.HasSuffix(kind, "List") && r.At("items").IsList() ||
				r.Is("helm.sh", "Release") {
				c.Violation(r, "rules do not see what a %s makes", kind)
			}
		},
	}
}
