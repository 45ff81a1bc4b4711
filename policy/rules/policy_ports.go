package rules

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

func policyPorts() rule.Rule {
	return rule.Rule{
		ID:       "policy-ports",
		Title:    "Policies open ports that the pods declare",
		Severity: rule.High,
		Reason:   "A policy for another port leaves the one that serves closed, and opens one for whoever listens there next.",
		Fix:      "Use the containerPort of the pods, not the port of the Service, with the same protocol.",
		Sources:  []string{"Kubernetes, Network Policies", "Istio, AuthorizationPolicy: Operation", "Istio, PeerAuthentication"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("networking.k8s.io", "NetworkPolicy") {
				checkNetworkPorts(c, v, r)
			}
			for _, r := range slices.Concat(v.all(securityIstio, "AuthorizationPolicy"), v.all(securityIstio, "PeerAuthentication")) {
				checkMeshPorts(c, v, r)
			}
		},
	}
}

func checkNetworkPorts(c *rule.Context, v stackView, r rule.Resource) {
	namespace, known := namespaceOf(r)
	if !known {
		return
	}
	own := v.possible(namespace, r.At("spec", "podSelector"))
	for _, policyRule := range policyRulesOf(r) {
		pods := own
		if !policyRule.incoming {
			pods = v.possiblePeers(r, policyRule.peers)
		}
		for _, item := range policyRule.ports.Items() {
			if item.At("endPort").Missing() && !item.At("port").Missing() {
				checkPolicyPort(c, r, pods, item.At("port"), item.At("protocol"))
			}
		}
	}
}

// possible are the namespace's pods that a selector selects, or may: none
// unless it selects some for certain.
func (v stackView) possible(namespace string, selector rule.Value) (pods []rule.Group) {
	sure, _ := v.choose(namespace, func(group rule.Group) rule.Answer {
		answer := rule.Selects(selector, group.Labels)
		if answer != rule.No {
			pods = append(pods, group)
		}
		return answer
	})
	if len(sure) == 0 || v.opaque {
		return nil
	}
	return pods
}

// possiblePeers are the pods that the peers may be, none when one of them may be
// anything else.
func (v stackView) possiblePeers(r rule.Resource, peers rule.Value) (pods []rule.Group) {
	for _, peer := range peers.Items() {
		namespace, known := peerNamespace(r, peer)
		some := v.possible(namespace, peer.At("podSelector"))
		if !known || len(some) == 0 {
			return nil
		}
		pods = append(pods, some...)
	}
	if !peers.Settled() {
		return nil
	}
	return pods
}

// checkPolicyPort wants one of the pods to have the port. Where there are no
// pods, another rule says so.
func checkPolicyPort(c *rule.Context, r rule.Resource, pods []rule.Group, port, protocol rule.Value) {
	if len(pods) > 0 && !anyListens(pods, port, protocol) {
		c.Violation(r, "%s is %s, which no container of %s declares", port.Path(), port.Show(), titles(pods))
	}
}

// anyListens says whether some of the pods have the port, or may.
func anyListens(pods []rule.Group, port, protocol rule.Value) bool {
	return slices.ContainsFunc(pods, func(group rule.Group) bool { return listens(group, port, protocol) != rule.No })
}

func titles(pods []rule.Group) string {
	text := pods[0].Owner.Title()
	if len(pods) > 1 {
		text += " or others that it is about"
	}
	return text
}

func checkMeshPorts(c *rule.Context, v stackView, r rule.Resource) {
	namespace, known := namespaceOf(r)
	if !known || everyPod(r) != rule.No || r.At("spec", "selector").Missing() {
		return
	}
	pods := v.possible(namespace, r.At("spec", "selector"))
	for _, item := range r.At("spec", "rules").Items() {
		for _, to := range item.At("to").Items() {
			for _, port := range to.At("operation", "ports").Items() {
				checkPolicyPort(c, r, pods, port, rule.Value{})
			}
		}
	}
	plain := r.At("spec", "portLevelMtls")
	for _, key := range plain.Keys() {
		port := rule.Of(property.NewMap(map[string]property.Value{"": property.New(key)})).At("")
		if len(pods) > 0 && !anyListens(pods, port, rule.Value{}) {
			c.Violation(r, "%s: no container of %s declares this port", plain.At(key).Path(), titles(pods))
		}
	}
}
