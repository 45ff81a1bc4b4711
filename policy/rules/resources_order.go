package rules

import "github.com/tripsage/infrastructure/policy/rule"

func resourcesOrder() rule.Rule {
	return rule.Rule{
		ID:       "resources-order",
		Title:    "A container asks for no more than it may use",
		Severity: rule.High,
		Reason:   "The API server refuses a request above its limit, and what it cannot read as an amount: the update stops half-way.",
		Fix:      "Set each request to at most its limit, as Kubernetes writes amounts: 250m or 1 for cpu, 512Mi or 1Gi for memory.",
		Sources:  []string{"Kubernetes documentation, Resource Management for Pods and Containers"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range resourcesOf(r) {
				for _, side := range []string{"requests", "limits"} {
					for _, name := range one.resources.At(side).Keys() {
						amount := one.resources.At(side, name)
						if _, ok := rule.Quantity(amount); !ok && amount.Known() {
							c.Violation(r, "container %s: %s is no amount: %s", one.name, amount.Path(), amount.Show())
						}
					}
				}
				for _, name := range one.resources.At("requests").Keys() {
					request, limit := one.resources.At("requests", name), one.resources.At("limits", name)
					asks, known := rule.Quantity(request)
					if may, limited := rule.Quantity(limit); known && limited && asks > may {
						c.Violation(r, "container %s: %s is %s, above its limit of %s", one.name, request.Path(), request.Show(), limit.Show())
					}
				}
			}
		},
	}
}
