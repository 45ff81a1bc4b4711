package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func exactHosts() rule.Rule {
	return rule.Rule{
		ID:       "exact-hosts",
		Title:    "Gateways and routes name their hosts in full",
		Severity: rule.High,
		Reason:   "A wildcard takes requests for hosts that belong to others, or that nobody has thought of.",
		Fix:      "List every host by its full name.",
		Sources:  []string{"Istio, Security Best Practices: Avoid overly broad hosts configurations"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, host := range hostsOf(r) {
				if name, known := host.Text(); known && strings.Contains(name[strings.Index(name, "/")+1:], "*") {
					c.Violation(r, "%s is %s, which is a wildcard", host.Path(), host.Show())
				}
			}
		},
	}
}

// hostsOf are the hosts for which the resource takes requests.
func hostsOf(r rule.Resource) []rule.Value {
	switch {
	case r.Is(networkingIstio, "VirtualService", "ServiceEntry"):
		return r.At("spec", "hosts").Items()
	case r.Is(flaggerApp, "Canary"):
		return r.At("spec", "service", "hosts").Items()
	case r.Is(networkingIstio, "Gateway"):
		var hosts []rule.Value
		for _, server := range r.At("spec", "servers").Items() {
			hosts = append(hosts, server.At("hosts").Items()...)
		}
		return hosts
	default:
		return nil
	}
}
