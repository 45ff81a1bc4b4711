package rules

import "github.com/tripsage/infrastructure/policy/rule"

func networkOperator() rule.Rule {
	return rule.Rule{
		ID:       "network-operator",
		Title:    "The Dragonfly operator may connect to the pods that it leads",
		Severity: rule.High,
		Reason: "The operator makes one pod the master, and another one when it is lost, over their admin port. Where ingress is denied by " +
			"default and nobody lets it in, no pod becomes the master.",
		Fix: "Add a NetworkPolicy that selects the Dragonfly pods and allows port 9999 from the pods of the operator in the operator's " +
			"namespace.",
		Sources: []string{"Dragonfly Operator documentation, Network Policy", "issue 5: per-edge NetworkPolicies for every namespace"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			policies := policiesOf(s)
			for _, space := range inhabited(s) {
				for _, pods := range space.pods {
					if !pods.Owner.Is(dragonflyDB, "Dragonfly") || policies.isIsolated(pods, incoming()) != rule.Yes {
						continue
					}
					if admin := pods.Ports[len(pods.Ports)-1]; policies.letsInFromElsewhere(pods, admin) == rule.No {
						c.Violation(pods.Owner, "no NetworkPolicy allows another namespace's pods to connect to %s of its pods", showPort(admin))
					}
				}
			}
		},
	}
}

// letsInFromElsewhere says whether a policy of the pods allows the port to pods
// that are known by their namespace.
func (b policyBook) letsInFromElsewhere(pods rule.Group, port rule.Port) rule.Answer {
	answer := rule.No
	for _, policy := range b.beside(pods.Owner) {
		about := min(governs(policy, incoming()), selectsPods(policy, pods))
		for _, one := range policy.At("spec", "ingress").Items() {
			peers := one.At("from")
			if peers.Empty() || peers.Unknown() || one.Unknown() {
				answer = max(answer, min(about, allowsPort(one.At("ports"), port), rule.Maybe))
			}
			for _, peer := range peers.Items() {
				if !peer.At("namespaceSelector").Missing() || !peer.At("ipBlock").Missing() {
					answer = max(answer, min(about, allowsPort(one.At("ports"), port)))
				}
			}
		}
		if policy.At("spec", "ingress").Unknown() {
			answer = max(answer, min(about, rule.Maybe))
		}
	}
	return answer
}
