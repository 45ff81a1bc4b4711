package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func oneOwnerOfWeights() rule.Rule {
	return rule.Rule{
		ID:       "one-owner-of-weights",
		Title:    "The weights of a host have one owner",
		Severity: rule.Critical,
		Reason: "Flagger and the stack overwrite each other's weights, so a release gets any share of the traffic; of two " +
			"VirtualServices for one host, Istio takes the routes of either.",
		Fix: "Let either the Canary or a VirtualService have the host, and leave the Service of a Canary to Flagger. Merge " +
			"VirtualServices of the same host and Gateway.",
		Sources: []string{
			"istioctl analyze IST0109 ConflictingMeshGatewayVirtualServiceHosts", "docs/adr/0007-who-owns-the-weights.md", "Flagger, FAQ: Istio routing",
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			routers := v.routers()
			for i, r := range routers {
				for _, other := range routers[:i] {
					if claim, both := share(other, r); both && r.URN != other.URN {
						c.Violation(r.Resource, "%s is written by %s, too", claim, other.Title())
					}
				}
			}
			for _, canary := range v.all(flaggerApp, "Canary") {
				checkCanaryAlone(c, v, canary)
			}
		},
	}
}

// share finds what both routers write for certain.
func share(a, b router) (claim string, both bool) {
	left, known := a.claims()
	right, too := b.claims()
	if !known || !too {
		return "", false
	}
	for _, claim := range left {
		if slices.Contains(right, claim) {
			return claim, true
		}
	}
	return "", false
}

// claims are the hosts, in full, for which the router writes the routes of a
// Gateway, and the VirtualService that Flagger writes for a Canary.
func (r router) claims() (all []string, known bool) {
	namespace, placed := namespaceOf(r.Resource)
	if !placed || r.hosts.Unknown() || r.gateways.Unknown() {
		return nil, false
	}
	gateways := r.gateways.Texts()
	if r.gateways.Empty() {
		gateways = []string{inMeshGateway}
	}
	for _, gateway := range gateways {
		if gateway != inMeshGateway {
			id := gatewayName(gateway, namespace)
			gateway = id.namespace + "/" + id.name
		}
		for _, host := range append(r.hosts.Texts(), r.own...) {
			if service, inCluster := serviceOf(host, namespace); inCluster {
				host = service.name + "." + service.namespace
			}
			all = append(all, "the route of host "+host+" on gateway "+gateway)
		}
	}
	for _, name := range append(r.own, r.ObjectName().String()) {
		all = append(all, "the VirtualService "+name+" of namespace "+namespace)
	}
	return all, true
}

// checkCanaryAlone wants nobody else to write what Flagger writes.
func checkCanaryAlone(c *rule.Context, v stackView, canary rule.Resource) {
	namespace, placed := namespaceOf(canary)
	names, known := canaryServices(canary)
	if !placed || !known {
		return
	}
	for _, name := range names {
		if service, found := v.find(objectID{"", "Service", namespace, name}); found == rule.Yes {
			c.Violation(service, "%s has Flagger write this Service", canary.Title())
		}
		if r, found := v.find(objectID{networkingIstio, "DestinationRule", namespace, name}); found == rule.Yes && name != names[0] {
			c.Violation(r, "%s has Flagger write this DestinationRule", canary.Title())
		}
	}
	target := canary.At("spec", "targetRef", "name")
	for _, other := range v.all(flaggerApp, "Canary") {
		where, placed := namespaceOf(other)
		if other.URN < canary.URN && placed && where == namespace && target.Known() && target.IsText(other.At("spec", "targetRef", "name").String()) {
			c.Violation(canary, "%s is %s, which %s releases, too", target.Path(), target.Show(), other.Title())
		}
	}
}
