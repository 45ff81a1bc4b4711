package rules

import (
	"fmt"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkEdges() rule.Rule {
	return rule.Rule{
		ID:       "network-edges",
		Title:    "Both ends of a connection allow it",
		Severity: rule.High,
		Reason: "A connection needs the egress of the one that makes it and the ingress of the one that takes it. If only one side " +
			"allows it, it times out, and the policy that one looks at is right.",
		Fix:     "Add the other side's NetworkPolicy with the same port, or remove this one.",
		Sources: []string{"issue 5: per-edge NetworkPolicies for every namespace", "Kubernetes documentation, Network Policies"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			policies, spaces := policiesOf(s), inhabited(s)
			for _, policy := range policies.all {
				said := map[string]bool{}
				for _, e := range connectionsOf(policies, policy, spaces) {
					if text := e.oneSided(policies); text != "" && !said[text] {
						c.Violation(policy, "%s", text)
						said[text] = true
					}
				}
			}
		},
	}
}

// connection is a connection that a policy allows for its pods, on a port of those who
// are called.
type connection struct {
	direction   direction
	pods, peers rule.Group
	port        rule.Port
}

// connectionsOf are the connections between pods of the stack that the policy names:
// peers by address, or whole namespaces, are none.
func connectionsOf(policies policyBook, policy rule.Resource, spaces []inhabitedNamespace) []connection {
	var own []rule.Group
	for _, space := range spaces {
		for _, pods := range space.pods {
			if policy.InNamespace(space.name) && selectsPods(policy, pods) == rule.Yes {
				own = append(own, pods)
			}
		}
	}
	var all []connection
	for _, d := range bothDirections() {
		if len(own) == 0 || governs(policy, d) != rule.Yes {
			continue
		}
		for _, one := range policy.At("spec", d.rules).Items() {
			for _, peer := range one.At(d.peers).Items() {
				for _, peers := range peersOf(policies, policy, peer, spaces) {
					for _, pods := range own {
						all = append(all, onPorts(d, pods, peers, one.At("ports"))...)
					}
				}
			}
		}
	}
	return all
}

// peersOf are the pods that a peer names by their labels.
func peersOf(policies policyBook, policy rule.Resource, peer rule.Value, spaces []inhabitedNamespace) []rule.Group {
	if isEmptySelector(peer.At("podSelector")) {
		return nil
	}
	var all []rule.Group
	for _, space := range spaces {
		if peer.At("namespaceSelector").Missing() && !policy.InNamespace(space.name) {
			continue
		}
		for _, pods := range space.pods {
			if policies.isPeer(policy, peer, pods) == rule.Yes {
				all = append(all, pods)
			}
		}
	}
	return all
}

// onPorts are the connections on those of the ports that the called pods have;
// policy-ports is about others.
func onPorts(d direction, pods, peers rule.Group, ports rule.Value) []connection {
	called := pods
	if d == outgoing() {
		called = peers
	}
	var all []connection
	for _, one := range ports.Items() {
		for _, port := range called.Ports {
			if called.Settled && min(isProtocol(one.At("protocol"), port.Protocol), isPort(one, port)) == rule.Yes {
				all = append(all, connection{d, pods, peers, port})
			}
		}
	}
	return all
}

// oneSided says what is wrong with a connection of which the other side is denied.
func (e connection) oneSided(policies policyBook) string {
	back := outgoing()
	if e.direction == outgoing() {
		back = incoming()
	}
	if policies.isIsolated(e.peers, back) != rule.Yes || policies.isAllowed(e.peers, back, &e.pods, e.port) != rule.No {
		return ""
	}
	if back == incoming() {
		return fmt.Sprintf("it lets out to %s of %s, but no policy lets that in there", showPort(e.port), e.peers.Owner.Title())
	}
	return fmt.Sprintf("it lets in %s to %s, but no policy lets it out there", e.peers.Owner.Title(), showPort(e.port))
}
