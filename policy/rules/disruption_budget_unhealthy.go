package rules

import "github.com/tripsage/infrastructure/policy/rule"

func disruptionBudgetUnhealthy() rule.Rule {
	return rule.Rule{
		ID:       "disruption-budget-unhealthy",
		Title:    "A disruption budget says what becomes of unhealthy pods",
		Severity: rule.Low,
		Reason: "By default a pod that is not ready may be evicted only while enough others are: pods that crash in a loop keep " +
			"their node from being drained.",
		Fix:     "Set spec.unhealthyPodEvictionPolicy to AlwaysAllow, or to IfHealthyBudget if an unhealthy pod still holds data.",
		Sources: []string{"kube-linter pdb-unhealthy-pod-eviction-policy"},
		Check: func(c *rule.Context, r rule.Resource) {
			if own := r.At("spec", "unhealthyPodEvictionPolicy"); r.Is("policy", "PodDisruptionBudget") &&
				own.NotText("AlwaysAllow", "IfHealthyBudget") {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		},
	}
}
