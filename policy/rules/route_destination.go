package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func routeDestination() rule.Rule {
	return rule.Rule{
		ID:       "route-destination",
		Title:    "Routes lead to hosts, ports and subsets that exist",
		Severity: rule.High,
		Reason:   "Istio answers 503 to every request on a route to nowhere, and says nothing when the route is made.",
		Fix: "Name a Service of the namespace by its name alone, any other as <service>.<namespace>.svc.cluster.local, and give " +
			"each subset to a DestinationRule of the same host.",
		Sources: []string{
			"istioctl analyze IST0101 ReferencedResourceNotFound", "istioctl analyze IST0112 VirtualServiceDestinationPortSelectorRequired",
			"istioctl analyze IST0174 UnknownDestinationRuleHost",
		},
		Parameters: []rule.Parameter{
			{Name: "outside", Description: "hosts that somebody else declares", Default: []string{}},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(networkingIstio, "VirtualService") {
				for _, destination := range destinationsOf(r) {
					if service, ok := checkHost(c, v, r, destination.At("host")); ok {
						checkDestinationPort(c, v, r, destination, service)
						checkSubset(c, v, r, destination.At("subset"), service)
					}
				}
			}
			for _, r := range v.all(networkingIstio, "DestinationRule") {
				checkHost(c, v, r, r.At("spec", "host"))
			}
		},
	}
}

func destinationsOf(r rule.Resource) []rule.Value {
	var all []rule.Value
	for _, protocol := range []string{"http", "tls", "tcp"} {
		for _, route := range r.At("spec", protocol).Items() {
			for _, one := range append(route.At("route").Items(), route.At("mirrors").Items()...) {
				all = append(all, one.At("destination"))
			}
			if mirror := route.At("mirror"); !mirror.Missing() {
				all = append(all, mirror)
			}
		}
	}
	return all
}

// checkHost finds the Service of the host; ok is false when there is none, or
// none for certain.
func checkHost(c *rule.Context, v stackView, r rule.Resource, host rule.Value) (service serviceID, ok bool) {
	name, known := host.Text()
	namespace, placed := namespaceOf(r)
	if !known || !placed || slices.Contains(c.Texts("outside"), name) || wildcard(name) {
		return service, false
	}
	service, inCluster := serviceOf(name, namespace)
	if !inCluster {
		if v.external(name) == rule.No {
			c.Violation(r, "%s is %s: a name with a dot is taken as it is, and no ServiceEntry declares it", host.Path(), host.Show())
		}
		return service, false
	}
	found := v.service(service)
	if found == rule.No {
		c.Violation(r, "%s is %s: the stack has no such Service", host.Path(), host.Show())
	}
	return service, found == rule.Yes
}

func checkDestinationPort(c *rule.Context, v stackView, r rule.Resource, destination rule.Value, name serviceID) {
	service, found := v.find(objectID{"", "Service", name.namespace, name.name})
	if found != rule.Yes {
		return
	}
	port, ports := destination.At("port", "number"), service.At("spec", "ports")
	switch {
	case port.Missing() && len(ports.Items()) > 1:
		c.Violation(r, "%s is missing, and %s has %d ports", port.Path(), service.Title(), len(ports.Items()))
	case port.Known() && servicePort(service, port) == rule.No:
		c.Violation(r, "%s is %s, a port that %s does not have", port.Path(), port.Show(), service.Title())
	}
}

func checkSubset(c *rule.Context, v stackView, r rule.Resource, subset rule.Value, service serviceID) {
	if subset.Known() && v.subset(service, subset.String()) == rule.No {
		c.Violation(r, "%s is %s: no DestinationRule of the host has this subset", subset.Path(), subset.Show())
	}
}

// subset says whether a DestinationRule gives the Service the subset.
func (v stackView) subset(service serviceID, name string) rule.Answer {
	best := rule.No
	if v.opaque {
		best = rule.Maybe
	}
	for _, r := range v.all(networkingIstio, "DestinationRule") {
		namespace, placed := namespaceOf(r)
		host, known := r.At("spec", "host").Text()
		of, _ := serviceOf(host, namespace)
		if placed && known && of != service {
			continue
		}
		answer := contains(names(r.At("spec", "subsets")), name, r.At("spec", "subsets").Settled())
		if !placed || !known {
			answer = min(answer, rule.Maybe)
		}
		best = max(best, answer)
	}
	return best
}

// names are the names of a list's items.
func names(list rule.Value) []string {
	var all []string
	for _, item := range list.Items() {
		all = append(all, item.At("name").String())
	}
	return all
}
