package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkPeersExist() rule.Rule {
	return rule.Rule{
		ID:       "network-peers-exist",
		Title:    "The peers of a NetworkPolicy exist",
		Severity: rule.High,
		Reason:   "A peer that nobody is opens nothing, so what should be reached is not, or it opens the way for whoever takes that name.",
		Fix:      "Correct the peer's labels, or list a namespace that is not the stack's in outside.",
		Sources:  []string{"kube-linter dangling-networkpolicypeer-podselector", "Kubernetes, Network Policies"},
		Parameters: []rule.Parameter{{
			Name: "outside", Default: []string{},
			Description: "namespaces that are not the stack's and may be peers; without any, every namespace may be",
		}},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("networking.k8s.io", "NetworkPolicy") {
				for _, policyRule := range policyRulesOf(r) {
					for _, peer := range policyRule.peers.Items() {
						checkPeer(c, v, r, peer)
					}
				}
			}
		},
	}
}

// policyRule is one rule of a NetworkPolicy.
type policyRule struct {
	peers, ports rule.Value
	// incoming says that the peers connect to the policy's pods.
	incoming bool
}

func policyRulesOf(r rule.Resource) []policyRule {
	var all []policyRule
	for _, item := range r.At("spec", "ingress").Items() {
		all = append(all, policyRule{peers: item.At("from"), ports: item.At("ports"), incoming: true})
	}
	for _, item := range r.At("spec", "egress").Items() {
		all = append(all, policyRule{peers: item.At("to"), ports: item.At("ports")})
	}
	return all
}

// peerNamespace is the one namespace whose pods the peer is about; ok is false
// when that is not known, or there may be several.
func peerNamespace(r rule.Resource, peer rule.Value) (namespace string, ok bool) {
	selector := peer.At("namespaceSelector")
	if selector.Missing() {
		namespace, ok = namespaceOf(r)
		return namespace, ok && peer.At("ipBlock").Missing()
	}
	return selector.At("matchLabels", "kubernetes.io/metadata.name").Text()
}

func checkPeer(c *rule.Context, v stackView, r rule.Resource, peer rule.Value) {
	namespace, known := peerNamespace(r, peer)
	if !known {
		return
	}
	outside := c.Texts("outside")
	pods := peer.At("podSelector")
	switch v.owns(namespace) {
	case rule.No:
		if len(outside) > 0 && !slices.Contains(outside, namespace) {
			name := peer.At("namespaceSelector", "matchLabels", "kubernetes.io/metadata.name")
			c.Violation(r, "%s is %s, a namespace that the stack does not have", name.Path(), name.Show())
		}
	case rule.Yes:
		if pods.Missing() || selectsAll(pods) || slices.Contains(outside, namespace) {
			return
		}
		if _, found := v.selectedBy(namespace, pods); found == rule.No {
			c.Violation(r, "%s is %s: it selects no pod of the stack in namespace %s", pods.Path(), pods.Show(), namespace)
		}
	}
}
