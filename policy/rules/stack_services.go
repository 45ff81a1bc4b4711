package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// serviceID names a Service as Istio does: a name without a dot is of the
// namespace of the object that names it.
type serviceID struct{ namespace, name string }

// serviceOf is the Service that a host names; ok is false for any other host,
// which Istio takes as it is.
func serviceOf(host, namespace string) (s serviceID, ok bool) {
	if !strings.Contains(host, ".") {
		return serviceID{namespace, host}, host != "" && host != "*"
	}
	labels := strings.Split(host, ".")
	if len(labels) > 3 && labels[2] == "svc" {
		return serviceID{labels[1], labels[0]}, true
	}
	return s, false
}

// service looks for a Service: of the stack, of Flagger or of the Dragonfly
// operator.
func (v stackView) service(name serviceID) rule.Answer {
	_, answer := v.find(objectID{"", "Service", name.namespace, name.name})
	answer = max(answer, v.has(flaggerApp, "Canary", name.namespace, func(canary rule.Resource) rule.Answer {
		names, known := canaryServices(canary)
		return contains(names, name.name, known)
	}))
	_, cache := v.find(objectID{dragonflyDB, "Dragonfly", name.namespace, name.name})
	return max(answer, cache)
}

// contains says whether the list has the text, when it is known.
func contains(list []string, text string, known bool) rule.Answer {
	switch {
	case !known:
		return rule.Maybe
	case slices.Contains(list, text):
		return rule.Yes
	default:
		return rule.No
	}
}

// servicePort says whether the Service has the port, by number or by name.
func servicePort(service rule.Resource, port rule.Value) rule.Answer {
	best := rule.No
	ports := service.At("spec", "ports")
	if !ports.Settled() || port.Unknown() {
		best = rule.Maybe
	}
	number, isNumber := portNumber(port)
	for _, one := range ports.Items() {
		have, known := portNumber(one.At("port"))
		if isNumber && known && have == number || !isNumber && one.At("name").IsText(port.String()) {
			return rule.Yes
		}
	}
	return best
}

// external says whether a ServiceEntry of the stack declares the host.
func (v stackView) external(host string) rule.Answer {
	best := rule.No
	if v.opaque {
		best = rule.Maybe
	}
	for _, entry := range v.all(networkingIstio, "ServiceEntry") {
		hosts := entry.At("spec", "hosts")
		if !hosts.Settled() {
			best = rule.Maybe
		}
		for _, declared := range hosts.Texts() {
			if includesHost(declared, host) {
				return rule.Yes
			}
		}
	}
	return best
}

// includesHost says whether a host, which may begin with a wildcard, includes another.
func includesHost(wide, host string) bool {
	suffix, isWildcard := strings.CutPrefix(wide, "*")
	return wide == host || isWildcard && strings.HasSuffix(host, suffix)
}
