package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkPolicySubject() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-subject",
		Title:    "A NetworkPolicy that allows something names its pods",
		Severity: rule.Medium,
		Reason:   "With an empty podSelector what one workload needs is allowed to all of the namespace, and to those that come later.",
		Fix:      "Give spec.podSelector the labels of the pods. Name a policy for all pods, as for DNS, in the parameter shared.",
		Sources:  []string{"issue 5: per-edge NetworkPolicies for every namespace", "Kubernetes documentation, Network Policies"},
		Parameters: []rule.Parameter{{
			Name: "shared", Description: "Names of NetworkPolicies that allow something to all pods of their namespace.",
			Default: []string{"allow-dns"},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			name, named := r.ObjectName().Text()
			selector := r.At("spec", "podSelector")
			if !r.Is("networking.k8s.io", "NetworkPolicy") || !named || slices.Contains(c.Texts("shared"), name) || !isEmptySelector(selector) {
				return
			}
			for _, d := range bothDirections() {
				if list := r.At("spec", d.rules); list.Known() && !list.Empty() && governs(r, d) == rule.Yes {
					c.Violation(r, "%s is %s: %s is for all pods", selector.Path(), selector.Show(), list.Path())
				}
			}
		},
	}
}
