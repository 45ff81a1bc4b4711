package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func serviceType() rule.Rule {
	return rule.Rule{
		ID:       "service-type",
		Title:    "Services are reached from inside the cluster",
		Severity: rule.High,
		Reason: "NodePort opens a port on every node and LoadBalancer an address, past the gateway with its TLS, limits and " +
			"permissions; ExternalName and external addresses send the cluster's traffic to whoever they name.",
		Fix:     "Use ClusterIP, and let the gateway lead to the Service.",
		Sources: []string{"kube-score service-type", "kube-linter exposed-services", "CVE-2020-8554"},
		Parameters: []rule.Parameter{{
			Name: "types", Description: "The types that Services may have.", Default: []string{"ClusterIP"},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("", "Service") {
				return
			}
			kind, outside := r.At("spec", "type"), r.At("spec", "externalIPs")
			if text, known := kind.Text(); known && !slices.Contains(c.Texts("types"), text) {
				c.Violation(r, "%s is %s; allowed are %s", kind.Path(), kind.Show(), strings.Join(c.Texts("types"), ", "))
			}
			if outside.Known() && !outside.Empty() {
				c.Violation(r, "%s is %s", outside.Path(), outside.Show())
			}
		},
	}
}
