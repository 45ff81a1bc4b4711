package rules

import "github.com/tripsage/infrastructure/policy/rule"

func autoscalerRange() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-range",
		Title:    "An autoscaler has room to scale",
		Severity: rule.Medium,
		Reason:   "The API server refuses a maximum below the minimum, and one at the minimum never adds a pod, however great the load.",
		Fix:      "Set spec.maxReplicas above spec.minReplicas.",
		Sources:  []string{"Kubernetes documentation, Horizontal Pod Autoscaling", "deployment guide, 6.2 Horizontal Pod Autoscaling"},
		Parameters: []rule.Parameter{{
			Name: "room", Description: "How many pods above its minimum an autoscaler must be able to add; 0 allows a fixed number of pods.",
			Default: 0.0,
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("autoscaling", "HorizontalPodAutoscaler") {
				return
			}
			least, most := r.At("spec", "minReplicas"), r.At("spec", "maxReplicas")
			low, known := least.Number()
			if least.Missing() {
				low, known = 1, true // Kubernetes' default
			}
			high, given := most.Number()
			switch {
			case most.Missing():
				c.Violation(r, "%s is missing", most.Path())
			case known && given && high < low+c.Number("room"):
				c.Violation(r, "%s is %s, with a minimum of %v", most.Path(), most.Show(), low)
			}
		},
	}
}
