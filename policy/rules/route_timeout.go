package rules

import "github.com/tripsage/infrastructure/policy/rule"

func routeTimeout() rule.Rule {
	return rule.Rule{
		ID:       "route-timeout",
		Title:    "Every HTTP route has a timeout",
		Severity: rule.Medium,
		Reason: "Istio waits without end when no timeout is set, so a destination that hangs takes its callers' " +
			"connections with it.",
		Fix:     "Set the route's timeout, such as 30s. List paths of connections that are meant to stay open in longLivedPaths.",
		Sources: []string{"Istio, Traffic Management: Timeouts"},
		Parameters: []rule.Parameter{
			{Name: "maximumSeconds", Description: "the longest timeout", Default: 60.0},
			{Name: "longLivedPaths", Description: "paths whose connections stay open, such as those of WebSockets; routes to nothing else need no timeout", Default: []string{"/ws"}},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, route := range httpRoutes(r) {
				if route.onPaths(c.Texts("longLivedPaths")) == rule.No {
					checkTimeout(c, r, route.timeout)
				}
			}
		},
	}
}

func checkTimeout(c *rule.Context, r rule.Resource, timeout rule.Value) {
	if timeout.Unknown() {
		return
	}
	limit := c.Number("maximumSeconds")
	switch d, ok := duration(timeout); {
	case timeout.Missing():
		c.Violation(r, "%s is missing: Istio waits without end", timeout.Path())
	case !ok:
		c.Violation(r, "%s is %s, which is no duration", timeout.Path(), timeout.Show())
	case d <= 0:
		c.Violation(r, "%s is %s: Istio waits without end", timeout.Path(), timeout.Show())
	case d.Seconds() > limit:
		c.Violation(r, "%s is %s, longer than %v s", timeout.Path(), timeout.Show(), limit)
	}
}
