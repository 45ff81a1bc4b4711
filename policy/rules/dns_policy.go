package rules

import "github.com/tripsage/infrastructure/policy/rule"

func dnsPolicy() rule.Rule {
	return rule.Rule{
		ID:       "dns-policy",
		Title:    "Pods ask the cluster's DNS",
		Severity: rule.Medium,
		Reason: "With dnsPolicy Default a pod asks the node's servers: it finds no Service, and the policy that opens DNS is for " +
			"others. Servers of its own in dnsConfig are a way to answer names for it.",
		Fix:     "Leave dnsPolicy and dnsConfig.nameservers out.",
		Sources: []string{"kube-linter dnsconfig-options", "Kubernetes documentation, DNS for Services and Pods"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			own, servers := pod.Spec.At("dnsPolicy"), pod.Spec.At("dnsConfig", "nameservers")
			if !own.Missing() && own.NotText("ClusterFirst", "ClusterFirstWithHostNet") {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			} else if servers.IsList() && !servers.Empty() {
				c.Violation(r, "%s is %s", servers.Path(), servers.Show())
			}
		}),
	}
}
