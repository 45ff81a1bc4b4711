package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func routeGateway() rule.Rule {
	return rule.Rule{
		ID:       "route-gateway",
		Title:    "Routes name Gateways that exist and that take their hosts",
		Severity: rule.High,
		Reason:   "Requests for a host that no Gateway takes are answered 404, however good the route is.",
		Fix:      `Name a Gateway of the same namespace, or <namespace>/<name>, and add the host to its servers.`,
		Sources: []string{
			"istioctl analyze IST0101 ReferencedResourceNotFound", "istioctl analyze IST0132 VirtualServiceHostNotFoundInGateway",
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.routers() {
				unclear := r.Kind() == "Canary" && byIstio(r.Resource) == rule.Maybe
				if namespace, placed := namespaceOf(r.Resource); placed && !unclear {
					checkGateways(c, v, r, namespace)
				}
			}
		},
	}
}

func checkGateways(c *rule.Context, v stackView, r router, namespace string) {
	var gateways []rule.Resource
	complete := r.gateways.Settled()
	for _, reference := range r.gateways.Items() {
		name, known := reference.Text()
		if !known || name == inMeshGateway {
			continue
		}
		id := gatewayName(name, namespace)
		gateway, found := v.find(id)
		if found == rule.No && (id.namespace == namespace || v.owns(id.namespace) == rule.Yes) {
			c.Violation(r.Resource, "%s is %s: the stack has no such Gateway", reference.Path(), reference.Show())
		}
		complete = complete && found == rule.Yes
		gateways = append(gateways, gateway)
	}
	for _, host := range r.hosts.Items() {
		name, known := host.Text()
		if _, inCluster := serviceOf(name, namespace); !known || inCluster || !strings.Contains(name, ".") || !complete || len(gateways) == 0 {
			continue
		}
		best := rule.No
		for _, gateway := range gateways {
			best = max(best, serves(gateway, name, namespace))
		}
		if best == rule.No {
			c.Violation(r.Resource, "%s is %s, which none of its Gateways takes", host.Path(), host.Show())
		}
	}
}
