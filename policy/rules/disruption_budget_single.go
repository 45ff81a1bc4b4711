package rules

import "github.com/tripsage/infrastructure/policy/rule"

func disruptionBudgetSingle() rule.Rule {
	return rule.Rule{
		ID:       "disruption-budget-single",
		Title:    "A pod has one disruption budget",
		Severity: rule.High,
		Reason: "Kubernetes refuses every eviction of a pod that two budgets select, whatever they allow: its node cannot be " +
			"drained.",
		Fix:     "Let each budget select the pods of one workload, or remove one of the two.",
		Sources: []string{"Kubernetes documentation, API-initiated Eviction", "issue 5: PodDisruptionBudget feasible"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, pods := range s.Groups() {
				var first *rule.Resource
				for _, budget := range disruptionBudgets(s) {
					if covers(budget, pods) != rule.Yes {
						continue
					}
					if first != nil {
						c.Violation(budget, "it selects the pods of %s, and so does %s", pods.Owner.Title(), first.Title())
						continue
					}
					first = &budget
				}
			}
		},
	}
}
