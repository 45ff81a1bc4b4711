package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkDNS() rule.Rule {
	return rule.Rule{
		ID:       "network-dns",
		Title:    "Pods may ask the cluster's DNS",
		Severity: rule.High,
		Reason: "Where egress is denied by default, a pod that may not ask DNS finds no Service and no database, and its error speaks of a " +
			"timeout.",
		Fix:     "Add a NetworkPolicy that allows egress to the pods of kube-dns in kube-system, port 53 with UDP and with TCP (for long answers).",
		Sources: []string{"issue 5: per-edge NetworkPolicies for every namespace", "Kubernetes documentation, Network Policies"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			policies := policiesOf(s)
			for _, space := range inhabited(s) {
				var mute []string
				for _, pods := range space.pods {
					if missing := withoutDNS(policies, pods); len(missing) > 0 {
						mute = append(mute, pods.Owner.Title()+" ("+strings.Join(missing, ", ")+")")
					}
				}
				if len(mute) > 0 {
					c.Violation(space.blame, "no NetworkPolicy allows egress to port 53 for %s", strings.Join(mute, ", "))
				}
			}
		},
	}
}

// withoutDNS are the protocols with which the pods may not ask.
func withoutDNS(policies policyBook, pods rule.Group) (missing []string) {
	if policies.isIsolated(pods, outgoing()) != rule.Yes {
		return nil
	}
	for _, protocol := range []string{"UDP", "TCP"} {
		port := rule.Port{Name: "dns", Number: 53, Protocol: protocol}
		if policies.isAllowed(pods, outgoing(), nil, port) == rule.No {
			missing = append(missing, protocol)
		}
	}
	return missing
}
