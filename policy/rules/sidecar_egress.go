package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func sidecarEgress() rule.Rule {
	return rule.Rule{
		ID:       "sidecar-egress",
		Title:    "Sidecars list the namespaces and hosts that their pods call",
		Severity: rule.Medium,
		Reason:   "A proxy that knows every service of the mesh needs memory for all of them, and leads anywhere.",
		Fix:      `List the hosts in spec.egress with their namespaces, such as "./*" and "istio-system/*", and leave out ALLOW_ANY.`,
		Sources:  []string{"Istio, Sidecar", "Istio, Security Best Practices: Use egress gateways and REGISTRY_ONLY"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(networkingIstio, "Sidecar") {
				return
			}
			egress := r.At("spec", "egress")
			if egress.Empty() {
				c.Violation(r, "%s is %s: every service of the mesh", egress.Path(), egress.Show())
			}
			for _, listener := range egress.Items() {
				for _, host := range listener.At("hosts").Items() {
					if strings.HasPrefix(host.String(), "*/") {
						c.Violation(r, "%s is %s: a host of any namespace", host.Path(), host.Show())
					}
				}
			}
			if mode := r.At("spec", "outboundTrafficPolicy", "mode"); mode.IsText("ALLOW_ANY") {
				c.Violation(r, "%s is %s, not REGISTRY_ONLY", mode.Path(), mode.Show())
			}
		},
	}
}
