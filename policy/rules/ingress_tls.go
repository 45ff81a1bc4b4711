package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func ingressTLS() rule.Rule {
	return rule.Rule{
		ID:       "ingress-tls",
		Title:    "An Ingress serves its hosts with TLS",
		Severity: rule.High,
		Reason:   "Without TLS everybody on the way reads passwords and tokens, and writes what they like into the answers.",
		Fix:      "List each host under spec.tls with the secretName of its certificate.",
		Sources:  []string{"Kubernetes documentation, Ingress: TLS", "issue 5: Ingress TLS and hosts"},
		Check: func(c *rule.Context, r rule.Resource) {
			tls := r.At("spec", "tls")
			if !r.Is("networking.k8s.io", "Ingress") && !r.Is("extensions", "Ingress") {
				return
			}
			if tls.Empty() {
				c.Violation(r, "%s is %s", tls.Path(), tls.Show())
				return
			}
			for _, one := range tls.Items() {
				if secret := one.At("secretName"); secret.Empty() {
					c.Violation(r, "%s is %s", secret.Path(), secret.Show())
				}
			}
			for _, one := range r.At("spec", "rules").Items() {
				host := one.At("host")
				if name, known := host.Text(); known && tls.Settled() && !isServed(tls, name) {
					c.Violation(r, "%s is %s, which is none of the hosts in %s", host.Path(), host.Show(), tls.Path())
				}
			}
		},
	}
}

// isServed says that a certificate is for the host. A wildcard stands for one
// label.
func isServed(tls rule.Value, host string) bool {
	_, domain, _ := strings.Cut(host, ".")
	for _, one := range tls.Items() {
		for _, name := range one.At("hosts").Texts() {
			if name == host || name == "*."+domain {
				return true
			}
		}
	}
	return false
}
