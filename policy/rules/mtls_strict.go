package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func mtlsStrict() rule.Rule {
	return rule.Rule{
		ID:       "mtls-strict",
		Title:    "PeerAuthentications demand mutual TLS",
		Severity: rule.High,
		Reason: "In any mode but STRICT a pod also takes plain text, from callers that prove nothing and with contents " +
			"that everybody on the network can read. Without a mode, what is around it decides, which may change.",
		Fix: "Set spec.mtls.mode to STRICT. For a port that is read from outside the mesh, such as metrics, set PERMISSIVE " +
			"in portLevelMtls and list the port in plainPorts.",
		Sources: []string{"Istio, Security Best Practices: Mutual TLS", "deployment guide, 10.1 Network Security"},
		Parameters: []rule.Parameter{
			{Name: "plainPorts", Description: "ports that may be PERMISSIVE", Default: []string{"9090"}},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(securityIstio, "PeerAuthentication") {
				return
			}
			mode := r.At("spec", "mtls", "mode")
			if mode.NotText("STRICT") {
				c.Violation(r, "%s is %s, not STRICT", mode.Path(), mode.Show())
			}
			ports := r.At("spec", "portLevelMtls")
			for _, port := range ports.Keys() {
				mode := ports.At(port, "mode")
				plain := mode.IsText("PERMISSIVE") && slices.Contains(c.Texts("plainPorts"), port)
				if !plain && !mode.Missing() && mode.NotText("STRICT", "UNSET") {
					c.Violation(r, "%s is %s, not STRICT", mode.Path(), mode.Show())
				}
			}
		},
	}
}

// everyPod says whether the Istio policy is for all pods of its namespace.
func everyPod(r rule.Resource) rule.Answer {
	answer := rule.Yes
	for _, narrower := range []string{"selector", "targetRef", "targetRefs"} {
		v := r.At("spec", narrower)
		labels := v.At("matchLabels")
		switch {
		case v.Empty() || narrower == "selector" && labels.Empty():
		case v.Unknown() || narrower == "selector" && labels.Unknown():
			answer = min(answer, rule.Maybe)
		default:
			answer = rule.No
		}
	}
	return answer
}
