package rules

import "github.com/tripsage/infrastructure/policy/rule"

func connectionLimits() rule.Rule {
	return rule.Rule{
		ID:       "connection-limits",
		Title:    "Proxies limit the connections and requests that wait for a destination",
		Severity: rule.Medium,
		Reason:   "Istio's own limits are four billion: when a destination slows down, its callers' proxies fill with waiting requests.",
		Fix: "Set trafficPolicy.connectionPool.http.http1MaxPendingRequests and http2MaxRequests; for a destination that does " +
			"not speak HTTP, connectionPool.tcp.maxConnections.",
		Sources: []string{"Istio, DestinationRule: ConnectionPoolSettings", "Istio, Traffic Management: Circuit breakers"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, policy := range trafficPolicies(r) {
				pool := policy.At("connectionPool")
				http := pool.At("http")
				pending, requests, connections := http.At("http1MaxPendingRequests"), http.At("http2MaxRequests"), pool.At("tcp", "maxConnections")
				switch {
				case http.Empty() && unlimited(connections):
					c.Violation(r, "%s sets no limit: it is %s", pool.Path(), pool.Show())
				case http.Empty():
				case unlimited(pending):
					c.Violation(r, "%s is %s, which is no limit", pending.Path(), pending.Show())
				case unlimited(requests):
					c.Violation(r, "%s is %s, which is no limit", requests.Path(), requests.Show())
				}
			}
		},
	}
}

// unlimited says that the number is known to be missing or 0.
func unlimited(v rule.Value) bool {
	number, ok := v.Number()
	return v.Missing() || ok && number <= 0
}
