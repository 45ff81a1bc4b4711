package rules

import "github.com/tripsage/infrastructure/policy/rule"

func autoscalerMinimum() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-minimum",
		Title:    "An autoscaler leaves enough replicas",
		Severity: rule.High,
		Reason: "At night it scales down to minReplicas. With one pod left the next update of a node is an outage; three survive " +
			"one while another fails.",
		Fix: "Raise spec.minReplicas.",
		Sources: []string{
			"kube-score horizontalpodautoscaler-replicas", "kube-linter hpa-minimum-three-replicas",
			"deployment guide, 6.2 Horizontal Pod Autoscaling",
		},
		Parameters: []rule.Parameter{{
			Name: "minimum", Description: "The least minReplicas.", Default: 3.0,
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("autoscaling", "HorizontalPodAutoscaler") {
				return
			}
			least := r.At("spec", "minReplicas")
			count, known := least.Number()
			if least.Missing() {
				count, known = 1, true // Kubernetes' default
			}
			if known && count < c.Number("minimum") {
				c.Violation(r, "%s is %s; the minimum is %v", least.Path(), least.Show(), c.Number("minimum"))
			}
		},
	}
}
