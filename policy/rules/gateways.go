package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// router is an object whose routes Gateways serve: a VirtualService, or a Canary
// for which Flagger writes one.
type router struct {
	rule.Resource
	hosts, gateways rule.Value
	// own are hosts that it has without naming them.
	own []string
}

func (v stackView) routers() []router {
	var all []router
	for _, r := range v.all(networkingIstio, "VirtualService") {
		all = append(all, router{Resource: r, hosts: r.At("spec", "hosts"), gateways: r.At("spec", "gateways")})
	}
	for _, r := range v.all(flaggerApp, "Canary") {
		service := r.At("spec", "service")
		apex, _ := canaryServices(r)
		one := router{Resource: r, hosts: service.At("hosts"), gateways: service.At("gateways"), own: apex[:1]}
		switch byIstio(r) {
		case rule.No:
			continue
		case rule.Maybe:
			one.hosts = r.At("spec", "provider")
		}
		all = append(all, one)
	}
	return all
}

// inMeshGateway is Istio's word for all proxies of the mesh.
const inMeshGateway = "mesh"

// gatewayName is the namespace and the name that a reference to a Gateway means.
func gatewayName(reference, namespace string) objectID {
	if before, name, found := strings.Cut(reference, "/"); found {
		namespace, reference = before, name
	}
	return objectID{networkingIstio, "Gateway", namespace, reference}
}

// uses says whether the router's routes are served by the Gateway.
func (r router) uses(gateway objectID) rule.Answer {
	namespace, placed := namespaceOf(r.Resource)
	if !placed || !r.gateways.Settled() {
		return rule.Maybe
	}
	for _, reference := range r.gateways.Texts() {
		if gatewayName(reference, namespace) == gateway {
			return rule.Yes
		}
	}
	return rule.No
}

// routes says whether the router has the host.
func (r router) routes(host string) rule.Answer {
	if !r.hosts.Settled() {
		return rule.Maybe
	}
	return contains(append(r.hosts.Texts(), r.own...), host, true)
}

// serves says whether the Gateway takes requests for the host, for routers of
// that namespace.
func serves(gateway rule.Resource, host, namespace string) rule.Answer {
	servers := gateway.At("spec", "servers")
	best := rule.No
	if servers.Unknown() {
		best = rule.Maybe
	}
	for _, server := range servers.Items() {
		hosts := server.At("hosts")
		if !hosts.Settled() {
			best = rule.Maybe
		}
		for _, entry := range hosts.Texts() {
			where, name, found := strings.Cut(entry, "/")
			if !found {
				where, name = "*", entry
			}
			own, known := namespaceOf(gateway)
			if where == "." && known {
				where = own
			}
			if includesHost(name, host) && slices.Contains([]string{"*", ".", namespace}, where) {
				return rule.Yes
			}
		}
	}
	return best
}
