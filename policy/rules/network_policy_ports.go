package rules

import "github.com/tripsage/infrastructure/policy/rule"

func networkPolicyPorts() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-ports",
		Title:    "A NetworkPolicy names the ports that it opens",
		Severity: rule.High,
		Reason:   "A rule without ports opens all of them: the admin port and the metrics, and what a later version listens on.",
		Fix:      "Give each rule ports, each with a port.",
		Sources:  []string{"issue 5: per-edge NetworkPolicies for every namespace", "Kubernetes documentation, Network Policies"},
		Parameters: []rule.Parameter{{
			Name: "range", Description: "How many ports one entry with endPort may open.", Default: 1.0,
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("networking.k8s.io", "NetworkPolicy") {
				return
			}
			for _, d := range bothDirections() {
				for _, one := range r.At("spec", d.rules).Items() {
					ports := one.At("ports")
					if ports.Empty() {
						c.Violation(r, "%s is %s: that is every port", ports.Path(), ports.Show())
					}
					for _, port := range ports.Items() {
						judgePort(c, r, port)
					}
				}
			}
		},
	}
}

func judgePort(c *rule.Context, r rule.Resource, port rule.Value) {
	first, last := port.At("port"), port.At("endPort")
	if first.Missing() {
		c.Violation(r, "%s is %s: that is every port", first.Path(), first.Show())
	}
	start, known := first.Number()
	if end, isRange := last.Number(); known && isRange && end-start+1 > c.Number("range") {
		c.Violation(r, "%s opens %v ports: %s", port.Path(), end-start+1, port.Show())
	}
}
