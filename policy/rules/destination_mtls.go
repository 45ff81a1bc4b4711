package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func destinationMTLS() rule.Rule {
	return rule.Rule{
		ID:       "destination-mtls",
		Title:    "Proxies speak mutual TLS to the services of the mesh",
		Severity: rule.High,
		Reason: "A DestinationRule overrides what the mesh would do: with DISABLE the requests go out as plain text, " +
			"and pods that demand mutual TLS refuse them.",
		Fix: "Set trafficPolicy.tls.mode to ISTIO_MUTUAL, and nothing else for subsets and ports. For hosts outside the mesh " +
			"use SIMPLE or MUTUAL, and have the certificate checked.",
		Sources: []string{"Istio, DestinationRule: ClientTLSSettings", "istioctl analyze IST0113 MTLSPolicyConflict", "deployment guide, 10.1 Network Security"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, policy := range trafficPolicies(r) {
				if mode := policy.At("tls", "mode"); mode.Missing() && inMesh(r) {
					c.Violation(r, "%s is missing, not ISTIO_MUTUAL", mode.Path())
				}
				checkClientTLS(c, r, policy)
			}
			for _, subset := range r.At("spec", "subsets").Items() {
				if r.Is(networkingIstio, "DestinationRule") {
					checkClientTLS(c, r, subset.At("trafficPolicy"))
				}
			}
		},
	}
}

// trafficPolicies is the resource's policy for all connections to its host, if
// it is a resource that has one.
func trafficPolicies(r rule.Resource) []rule.Value {
	switch {
	case r.Is(networkingIstio, "DestinationRule"):
		return []rule.Value{r.At("spec", "trafficPolicy")}
	case r.Is(flaggerApp, "Canary") && byIstio(r) == rule.Yes:
		return []rule.Value{r.At("spec", "service", "trafficPolicy")}
	default:
		return nil
	}
}

// inMesh says that the host is known to be a service of the cluster.
func inMesh(r rule.Resource) bool {
	host, known := r.At("spec", "host").Text()
	return r.Kind() == "Canary" || known && (!strings.Contains(host, ".") || strings.Contains(host, ".svc."))
}

func checkClientTLS(c *rule.Context, r rule.Resource, policy rule.Value) {
	all := []rule.Value{policy.At("tls")}
	for _, port := range policy.At("portLevelSettings").Items() {
		all = append(all, port.At("tls"))
	}
	for _, tls := range all {
		mode, unchecked := tls.At("mode"), tls.At("insecureSkipVerify")
		switch {
		case unchecked.True():
			c.Violation(r, "%s is true: any certificate will do", unchecked.Path())
		case mode.Known() && inMesh(r) && mode.NotText("ISTIO_MUTUAL"):
			c.Violation(r, "%s is %s, not ISTIO_MUTUAL", mode.Path(), mode.Show())
		case mode.IsText("DISABLE"):
			c.Violation(r, "%s is %s, which is plain text", mode.Path(), mode.Show())
		}
	}
}
