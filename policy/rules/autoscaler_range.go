package rules

import "github.com/tripsage/infrastructure/policy/rule"

func autoscalerRange() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-range",
		Title:    "An autoscaler has room to scale",
		Severity: rule.Medium,
		Reason:   "With maxReplicas at or below minReplicas it never adds a pod, and nobody notices before the load comes.",
		Fix:      "Set spec.maxReplicas above spec.minReplicas.",
		Sources:  []string{"issue 5: HPA", "deployment guide, 6.2 Horizontal Pod Autoscaling"},
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
			case known && given && high <= low:
				c.Violation(r, "%s is %s, with a minimum of %v", most.Path(), most.Show(), low)
			}
		},
	}
}
