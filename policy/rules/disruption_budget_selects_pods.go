package rules

import "github.com/tripsage/infrastructure/policy/rule"

func disruptionBudgetSelectsPods() rule.Rule {
	return rule.Rule{
		ID:       "disruption-budget-selects-pods",
		Title:    "A PodDisruptionBudget selects pods of the stack",
		Severity: rule.Medium,
		Reason:   "A budget for no pods protects none: a drained node takes all that are on it.",
		Fix:      "Make spec.selector select the pods' labels, in the same namespace.",
		Sources:  []string{"kube-score deployment-has-poddisruptionbudget", "kube-score statefulset-has-poddisruptionbudget"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("policy", "PodDisruptionBudget") {
				selector := r.At("spec", "selector")
				namespace, known := namespaceOf(r)
				if !known {
					continue
				}
				if _, found := v.selectedBy(namespace, selector); found == rule.No {
					c.Violation(r, "%s is %s: it selects no pod of the stack in namespace %s", selector.Path(), selector.Show(), namespace)
				}
			}
		},
	}
}
