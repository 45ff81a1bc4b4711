package rules

import "github.com/tripsage/infrastructure/policy/rule"

func zoneSpread() rule.Rule {
	return rule.Rule{
		ID:       "zone-spread",
		Title:    "Replicas are spread over zones",
		Severity: rule.Medium,
		Reason:   "Nodes of a zone fail together: power, network, a bad update of the cloud. Replicas on other nodes of it do not help.",
		Fix:      "Add a topology spread constraint with topologyKey topology.kubernetes.io/zone and the pods' own labels.",
		Sources: []string{
			"kube-score pod-topology-spread-constraints", "Kubernetes documentation, Pod Topology Spread Constraints",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			spread, ok := spreadOf(r)
			if !ok || !replicated(r) || !spread.constraints.Settled() {
				return
			}
			for _, constraint := range spread.constraints.Items() {
				if constraint.At("topologyKey").IsText(zoneKey) {
					return
				}
			}
			c.Violation(r, "%s", unspread(spread.constraints, "zones"))
		},
	}
}
