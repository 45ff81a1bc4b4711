package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkPolicyBroad() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-broad",
		Title:    "A NetworkPolicy names who may connect",
		Severity: rule.High,
		Reason: "A rule without peers allows everybody, an empty selector all pods of a namespace or of the cluster: then a policy is there, " +
			"and nothing is closed.",
		Fix: "Give each rule peers with a podSelector that has labels, and a namespaceSelector with labels if they are in another " +
			"namespace; or an ipBlock. Name a policy that opens to a whole namespace on purpose in the parameter open.",
		Sources: []string{
			"issue 5: per-edge NetworkPolicies for every namespace", "deployment guide, 10.1 Network Security",
			"Kubernetes documentation, Network Policies",
		},
		Parameters: []rule.Parameter{{
			Name: "open", Description: "Names of NetworkPolicies whose peers may be all pods of a namespace.", Default: []string{},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			name, named := r.ObjectName().Text()
			if !r.Is("networking.k8s.io", "NetworkPolicy") || !named {
				return
			}
			whole := slices.Contains(c.Texts("open"), name)
			for _, d := range bothDirections() {
				for _, one := range r.At("spec", d.rules).Items() {
					peers := one.At(d.peers)
					if peers.Empty() {
						c.Violation(r, "%s is %s: that is everybody", peers.Path(), peers.Show())
					}
					for _, peer := range peers.Items() {
						if who := tooMany(peer, whole); who != "" {
							c.Violation(r, "%s is %s: that is %s", peer.Path(), peer.Show(), who)
						}
					}
				}
			}
		},
	}
}

// tooMany says whom a peer stands for, if that is more than the pods that it
// names.
func tooMany(peer rule.Value, whole bool) string {
	pods, spaces, block := peer.At("podSelector"), peer.At("namespaceSelector"), peer.At("ipBlock")
	if peer.Unknown() || !block.Missing() || pods.Unknown() || spaces.Unknown() {
		return ""
	}
	switch {
	case pods.Missing() && spaces.Missing():
		return "nobody that Kubernetes knows"
	case !spaces.Missing() && isEmptySelector(spaces):
		return "pods of every namespace"
	case isEmptySelector(pods) && !whole:
		return "all pods of a namespace"
	default:
		return ""
	}
}
