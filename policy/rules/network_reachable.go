package rules

import (
	"fmt"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func networkReachable() rule.Rule {
	return rule.Rule{
		ID:       "network-reachable",
		Title:    "Somebody may connect to each port that pods offer",
		Severity: rule.High,
		Reason: "Where ingress is denied by default, a port that no policy opens is there in vain: the pods are ready, and every request to " +
			"them times out.",
		Fix: "Add a NetworkPolicy that selects the pods and allows the port for those who need it; or name the port in the parameter " +
			"private.",
		Sources: []string{"issue 5: per-edge NetworkPolicies for every namespace", "kube-score pod-networkpolicy"},
		Parameters: []rule.Parameter{{
			Name:        "private",
			Description: "Container ports to which nobody in the cluster needs to connect: a port's name, or workload/port.",
			Default:     []string{"metrics", "grafana/http"},
		}},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			if viewOf(s).opaque {
				return
			}
			policies := policiesOf(s)
			for _, space := range inhabited(s) {
				for _, pods := range space.pods {
					if pods.Lasting && pods.Settled && !pods.Owner.ObjectName().Unknown() && policies.isIsolated(pods, incoming()) == rule.Yes {
						reachable(c, policies, pods)
					}
				}
			}
		},
	}
}

func reachable(c *rule.Context, policies policyBook, pods rule.Group) {
	private := c.Texts("private")
	for _, port := range pods.Ports {
		whole := pods.Owner.ObjectName().String() + "/" + port.Name
		if port.Number == 0 || slices.Contains(private, port.Name) || slices.Contains(private, whole) {
			continue
		}
		if policies.isAllowed(pods, incoming(), nil, port) == rule.No {
			c.Violation(pods.Owner, "no NetworkPolicy allows anybody to connect to %s of its pods", showPort(port))
		}
	}
}

// showPort is the port for a message.
func showPort(port rule.Port) string {
	number := fmt.Sprint(port.Number)
	if port.Protocol != "TCP" {
		number += "/" + port.Protocol
	}
	if port.Name == "" {
		return "port " + number
	}
	return fmt.Sprintf("port %s (%s)", port.Name, number)
}
