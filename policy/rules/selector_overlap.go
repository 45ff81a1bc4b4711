package rules

import "github.com/tripsage/infrastructure/policy/rule"

func selectorOverlap() rule.Rule {
	return rule.Rule{
		ID:       "selector-overlap",
		Title:    "A workload selects nobody else's pods",
		Severity: rule.High,
		Reason: "Two workloads that select the same pods count each other's, and their autoscalers measure each other's load: one " +
			"scales up because the other one works.",
		Fix:     "Add a label to one of them, in its selector and in its pods, that the other has not.",
		Sources: []string{"Kubernetes documentation, Deployments: Selector"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			groups := s.Groups()
			for _, own := range groups {
				if own.Owner.Group() != "apps" || isEmptySelector(own.Owner.At("spec", "selector")) {
					continue
				}
				for _, other := range groups {
					if other.Owner.URN == own.Owner.URN || rule.SameNamespace(own.Owner, other.Owner) != rule.Yes {
						continue
					}
					if selector := own.Owner.At("spec", "selector"); rule.Selects(selector, other.Labels) == rule.Yes {
						c.Violation(own.Owner, "%s is %s and selects the pods of %s, too", selector.Path(), selector.Show(), other.Owner.Title())
					}
				}
			}
		},
	}
}
