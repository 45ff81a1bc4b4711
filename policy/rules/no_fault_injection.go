package rules

import "github.com/tripsage/infrastructure/policy/rule"

func noFaultInjection() rule.Rule {
	return rule.Rule{
		ID:       "no-fault-injection",
		Title:    "Routes inject no faults",
		Severity: rule.High,
		Reason:   "A fault that was injected for a test and forgotten breaks requests of users, and looks like a fault of the API.",
		Fix:      "Remove fault from the route; inject faults in a test's own VirtualService.",
		Sources:  []string{"Istio, Fault Injection"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(networkingIstio, "VirtualService") {
				return
			}
			for _, route := range r.At("spec", "http").Items() {
				for _, kind := range []string{"abort", "delay"} {
					if fault := route.At("fault", kind); fault.Known() {
						c.Violation(r, "%s is set", fault.Path())
					}
				}
			}
		},
	}
}
