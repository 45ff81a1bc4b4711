package rules

import "github.com/tripsage/infrastructure/policy/rule"

func spreadConstraints() rule.Rule {
	return rule.Rule{
		ID:       "spread-constraints",
		Title:    "A topology spread constraint counts the pods' own kind",
		Severity: rule.Medium,
		Reason: "A constraint whose selector does not match the pods themselves counts others, or none: it does nothing, and " +
			"looks as if it did.",
		Fix: "Let labelSelector match the labels of the pod template, with maxSkew of 1 or more, a topologyKey, and " +
			"whenUnsatisfiable DoNotSchedule or ScheduleAnyway.",
		Sources: []string{"kube-score pod-topology-spread-constraints"},
		Check: func(c *rule.Context, r rule.Resource) {
			spread, ok := spreadOf(r)
			if !ok {
				return
			}
			for _, constraint := range spread.constraints.Items() {
				if !constraint.IsObject() {
					continue
				}
				if selector := constraint.At("labelSelector"); selector.Empty() || spread.selects(selector) == rule.No {
					c.Violation(r, "%s is not for these pods: %s", selector.Path(), selector.Show())
				}
				for _, field := range []string{"maxSkew", "minDomains"} {
					number := constraint.At(field)
					count, known := number.Number()
					if known && count < 1 || field == "maxSkew" && number.Missing() {
						c.Violation(r, "%s is %s", number.Path(), number.Show())
					}
				}
				if key := constraint.At("topologyKey"); key.Empty() {
					c.Violation(r, "%s is %s", key.Path(), key.Show())
				}
				if otherwise := constraint.At("whenUnsatisfiable"); otherwise.NotText("DoNotSchedule", "ScheduleAnyway") {
					c.Violation(r, "%s is %s", otherwise.Path(), otherwise.Show())
				}
			}
		},
	}
}
