package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func ingressHosts() rule.Rule {
	return rule.Rule{
		ID:       "ingress-hosts",
		Title:    "An Ingress names its hosts",
		Severity: rule.Medium,
		Reason: "A rule without a host, or with a wildcard, answers to every name that somebody points at the cluster, and takes requests " +
			"that are another Ingress's.",
		Fix:     "Give each rule a host, and the Ingress an ingressClassName; use no defaultBackend.",
		Sources: []string{"Kubernetes documentation, Ingress", "issue 5: no wildcard hosts"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("networking.k8s.io", "Ingress") && !r.Is("extensions", "Ingress") {
				return
			}
			if fallback := r.At("spec", "defaultBackend"); fallback.Known() {
				c.Violation(r, "%s is %s: it answers to every host", fallback.Path(), fallback.Show())
			}
			class := r.At("spec", "ingressClassName")
			if old := r.At("metadata", "annotations", "kubernetes.io/ingress.class"); class.Empty() && old.Empty() {
				c.Violation(r, "%s is %s", class.Path(), class.Show())
			}
			for _, one := range r.At("spec", "rules").Items() {
				host := one.At("host")
				if host.Empty() || strings.HasPrefix(host.String(), "*") {
					c.Violation(r, "%s is %s", host.Path(), host.Show())
				}
			}
		},
	}
}
