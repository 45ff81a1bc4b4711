package rules

import "github.com/tripsage/infrastructure/policy/rule"

func disruptionBudgetExists() rule.Rule {
	return rule.Rule{
		ID:       "disruption-budget-exists",
		Title:    "Replicas have a disruption budget",
		Severity: rule.Medium,
		Reason:   "Without one an update of the cluster's nodes may evict all replicas at the same time.",
		Fix:      "Add a PodDisruptionBudget with maxUnavailable: 1 that selects the pods; a Dragonfly resource has spec.pdb for it.",
		Sources: []string{
			"kube-score deployment-has-poddisruptionbudget", "kube-score statefulset-has-poddisruptionbudget",
			"issue 5: PodDisruptionBudget feasible",
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			for _, pods := range s.Groups() {
				own := pods.Owner.At("spec", "pdb")
				if !budgeted(pods) || !mayBeSeveral(pods.Owner) || pods.Owner.Is("dragonflydb.io", "Dragonfly") && !own.Missing() {
					continue
				}
				found := rule.No
				for _, budget := range disruptionBudgets(s) {
					found = max(found, covers(budget, pods))
				}
				if found == rule.No {
					c.Violation(pods.Owner, "no PodDisruptionBudget selects its pods")
				}
			}
		},
	}
}
