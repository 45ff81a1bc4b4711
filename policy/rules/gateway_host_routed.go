package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func gatewayHostRouted() rule.Rule {
	return rule.Rule{
		ID:       "gateway-host-routed",
		Title:    "Every host of a Gateway has a route",
		Severity: rule.Medium,
		Reason:   "The Gateway answers 404 to requests for a host that no VirtualService takes from it.",
		Fix:      "Add the host to the VirtualService's (or the Canary's) hosts and the Gateway to its gateways, or remove the host.",
		Sources:  []string{"istioctl analyze IST0132 VirtualServiceHostNotFoundInGateway", "Istio, Gateway"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(networkingIstio, "Gateway") {
				namespace, placed := namespaceOf(r)
				name, named := r.ObjectName().Text()
				if !placed || !named || v.opaque {
					continue
				}
				seen := map[string]bool{}
				for _, host := range hostsOf(r) {
					where, public, _ := strings.Cut(host.String(), "/")
					// Routes of other namespaces may be another stack's.
					if (where != "." && where != namespace) || seen[public] || wildcard(public) {
						continue
					}
					seen[public] = true
					checkRouted(c, v, r, host, public, objectID{networkingIstio, "Gateway", namespace, name})
				}
			}
		},
	}
}

func checkRouted(c *rule.Context, v stackView, r rule.Resource, host rule.Value, public string, gateway objectID) {
	for _, router := range v.routers() {
		if min(router.uses(gateway), router.routes(public)) != rule.No {
			return
		}
	}
	c.Violation(r, "%s is %s: no VirtualService or Canary takes this host from the Gateway", host.Path(), host.Show())
}
