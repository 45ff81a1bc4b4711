package rules

import "github.com/tripsage/infrastructure/policy/rule"

func disruptionBudgetFeasible() rule.Rule {
	return rule.Rule{
		ID:       "disruption-budget-feasible",
		Title:    "A disruption budget lets a pod go",
		Severity: rule.High,
		Reason: "A budget that needs all the pods there are forbids every eviction: nodes cannot be drained, and an update of the " +
			"cluster hangs until somebody deletes the pod, or the budget, by hand.",
		Fix: "Set maxUnavailable to 1 or more, or minAvailable below the number of replicas (the minReplicas of their autoscaler); " +
			"one of the two.",
		Sources: []string{
			"kube-linter pdb-max-unavailable", "kube-linter pdb-min-available", "kube-score poddisruptionbudget-has-policy",
			"issue 5: PodDisruptionBudget feasible",
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, budget := range disruptionBudgets(s) {
				least, most := budget.At("spec", "minAvailable"), budget.At("spec", "maxUnavailable")
				switch {
				case least.Known() && most.Known():
					c.Violation(budget, "%s and %s are both set", least.Path(), most.Path())
				case least.Missing() && most.Missing():
					c.Violation(budget, "spec has neither minAvailable nor maxUnavailable")
				}
				if selector := budget.At("spec", "selector"); isEmptySelector(selector) {
					c.Violation(budget, "%s is %s: it must name its pods", selector.Path(), selector.Show())
				}
				letsGo(c, budget, most)
				leaves(c, s, budget, least)
			}
			for _, cache := range s.Objects("dragonflydb.io", "Dragonfly") {
				letsGo(c, cache, cache.At("spec", "pdb", "maxUnavailable"))
			}
		},
	}
}

// letsGo judges a maxUnavailable.
func letsGo(c *rule.Context, r rule.Resource, most rule.Value) {
	if most.Missing() || most.Unknown() {
		return
	}
	switch count, ok := rule.Share(most, 100); {
	case !ok:
		c.Violation(r, "%s is %s, neither a number nor a percentage", most.Path(), most.Show())
	case count <= 0:
		c.Violation(r, "%s is %s: no pod may ever go", most.Path(), most.Show())
	}
}

// leaves judges a minAvailable by how many pods there are.
func leaves(c *rule.Context, s rule.Stack, budget rule.Resource, least rule.Value) {
	if least.Missing() || least.Unknown() {
		return
	}
	if _, ok := rule.Share(least, 100); !ok {
		c.Violation(budget, "%s is %s, neither a number nor a percentage", least.Path(), least.Show())
		return
	}
	if least.IsText("100%") {
		c.Violation(budget, "%s is %s: no pod may ever go", least.Path(), least.Show())
		return
	}
	pods := 0.0
	for _, group := range s.Groups() {
		covered := covers(budget, group)
		if covered == rule.No || group.Owner.Is("flagger.app", "Canary") {
			continue // Flagger's copy has the replicas while the original has none
		}
		if covered == rule.Maybe {
			return
		}
		count, _, known := leastReplicas(s, group.Owner)
		if !known || !budgeted(group) {
			return
		}
		pods += count
	}
	if needed, _ := rule.Share(least, pods); pods > 0 && needed >= pods {
		c.Violation(budget, "%s is %s, of %v pods: none may ever go", least.Path(), least.Show(), pods)
	}
}

// isEmptySelector says that a label selector is known to name nothing: it is
// missing, or has no condition.
func isEmptySelector(selector rule.Value) bool {
	return selector.Missing() || selector.Known() && selector.At("matchLabels").Empty() && selector.At("matchExpressions").Empty()
}
