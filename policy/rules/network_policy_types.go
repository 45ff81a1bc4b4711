package rules

import "github.com/tripsage/infrastructure/policy/rule"

func networkPolicyTypes() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-types",
		Title:    "A NetworkPolicy says what it decides on",
		Severity: rule.Medium,
		Reason: "Rules for a direction that is not in policyTypes are ignored. Without policyTypes every policy closes ingress, and egress " +
			"only if it has rules for it: one that was to deny egress does nothing.",
		Fix:     "List Ingress, Egress or both in spec.policyTypes: those that the policy has rules for, or is to deny.",
		Sources: []string{"Kubernetes documentation, Network Policies"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("networking.k8s.io", "NetworkPolicy") {
				return
			}
			types := r.At("spec", "policyTypes")
			if types.Empty() {
				c.Violation(r, "%s is %s", types.Path(), types.Show())
				return
			}
			for _, d := range bothDirections() {
				if list := r.At("spec", d.rules); list.Known() && !list.Empty() && governs(r, d) == rule.No {
					c.Violation(r, "%s is %s, so %s is ignored", types.Path(), types.Show(), list.Path())
				}
			}
		},
	}
}
