package rules

import (
	"time"

	"github.com/tripsage/infrastructure/policy/rule"
)

func routeRetries() rule.Rule {
	return rule.Rule{
		ID:       "route-retries",
		Title:    "Every HTTP route says how often it retries, and all tries fit into its timeout",
		Severity: rule.Medium,
		Reason: "Without a word about retries Istio retries twice. Retries multiply the load on a destination that " +
			"is already slow, and tries that do not fit into the timeout are cut off.",
		Fix: "Set retries to {} for none, or attempts to a small number with a perTryTimeout such that " +
			"(attempts + 1) × perTryTimeout is at most the timeout.",
		Sources:    []string{"Istio, Traffic Management: Retries"},
		Parameters: []rule.Parameter{{Name: "maximum", Description: "the most attempts after the first try", Default: 3.0}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, route := range httpRoutes(r) {
				checkRetries(c, r, route)
			}
		},
	}
}

func checkRetries(c *rule.Context, r rule.Resource, route httpRoute) {
	if route.retries.Missing() {
		c.Violation(r, "%s is missing: Istio retries twice, whatever the method", route.retries.Path())
		return
	}
	count := route.retries.At("attempts")
	attempts, _ := count.Number()
	each := route.retries.At("perTryTimeout")
	switch {
	case attempts > c.Number("maximum"):
		c.Violation(r, "%s is %s, more than %v", count.Path(), count.Show(), c.Number("maximum"))
	case attempts <= 0:
		return
	case each.Missing() && retriesAnswered(route.retries) == rule.Yes:
		c.Violation(r, "%s is missing: a first try that hangs leaves no time for another", each.Path())
	default:
		try, known := duration(each)
		limit, limited := duration(route.timeout)
		if known && limited && limit > 0 && time.Duration(attempts+1)*try > limit {
			c.Violation(r, "%s: a first try and %s more of %s each do not fit into the timeout of %s",
				each.Path(), count.Show(), each.Show(), route.timeout.Show())
		}
	}
}
