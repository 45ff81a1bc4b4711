package rules

import "github.com/tripsage/infrastructure/policy/rule"

// disruptionBudgets are the budgets of a stack.
func disruptionBudgets(s rule.Stack) []rule.Resource {
	return s.Objects("policy", "PodDisruptionBudget")
}

// covers says whether the budget counts those pods.
func covers(budget rule.Resource, pods rule.Group) rule.Answer {
	return min(rule.SameNamespace(budget, pods.Owner), rule.Selects(budget.At("spec", "selector"), pods.Labels))
}

// budgeted says that the pods are of the kind for which there is a budget.
func budgeted(pods rule.Group) bool {
	return pods.Owner.Is("apps", "Deployment", "StatefulSet") || pods.Owner.Is("dragonflydb.io", "Dragonfly")
}
