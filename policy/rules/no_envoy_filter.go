package rules

import "github.com/tripsage/infrastructure/policy/rule"

func noEnvoyFilter() rule.Rule {
	return rule.Rule{
		ID:       "no-envoy-filter",
		Title:    "No EnvoyFilter",
		Severity: rule.High,
		Reason: "It patches the proxy's own configuration, past everything that Istio and these rules check, and what it " +
			"patches changes with each release of Istio.",
		Fix:     "Say the same with Istio's own objects: VirtualService, DestinationRule, Telemetry, WasmPlugin.",
		Sources: []string{"Istio, EnvoyFilter", "istioctl analyze IST0151 EnvoyFilterUsesRelativeOperation"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Is(networkingIstio, "EnvoyFilter") {
				c.Violation(r, "it is an EnvoyFilter")
			}
		},
	}
}
