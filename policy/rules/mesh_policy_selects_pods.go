package rules

import "github.com/tripsage/infrastructure/policy/rule"

func meshPolicySelectsPods() rule.Rule {
	return rule.Rule{
		ID:       "mesh-policy-selects-pods",
		Title:    "Istio's policies select pods of the stack",
		Severity: rule.High,
		Reason:   "A policy for no pods protects none and lets nobody in.",
		Fix:      "Make the selector's labels those of the pods, in the same namespace.",
		Sources:  []string{"istioctl analyze IST0127 NoMatchingWorkloadsFound"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range s.Resources {
				selector := meshSelector(r)
				namespace, known := namespaceOf(r)
				if selector.Empty() || !known || namespace == "istio-system" {
					continue
				}
				if _, found := v.matchedBy(namespace, selector); found == rule.No {
					c.Violation(r, "%s is %s: no pod of the stack in namespace %s has these labels", selector.Path(), selector.Show(), namespace)
				}
			}
		},
	}
}

// meshSelector are the labels of the pods that the policy is for.
func meshSelector(r rule.Resource) rule.Value {
	switch {
	case r.Is(securityIstio, "PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication"), r.Is("telemetry.istio.io", "Telemetry"):
		return r.At("spec", "selector", "matchLabels")
	case r.Is(networkingIstio, "Sidecar"):
		return r.At("spec", "workloadSelector", "labels")
	case r.Is(networkingIstio, "DestinationRule"):
		return r.At("spec", "workloadSelector", "matchLabels")
	default:
		return rule.Value{}
	}
}
