package rules

import (
	"maps"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func namespaceMTLS() rule.Rule {
	return rule.Rule{
		ID:       "namespace-mtls",
		Title:    "A namespace in the mesh has a PeerAuthentication for all of its pods",
		Severity: rule.High,
		Reason:   "Without one, pods take plain text unless the mesh as a whole forbids it, which the stack cannot see.",
		Fix:      "Add a PeerAuthentication without a selector to the namespace, with spec.mtls.mode STRICT.",
		Sources:  []string{"Istio, Security Best Practices: Mutual TLS", "deployment guide, 10.1 Network Security"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			namespaces := meshedNamespaces(v)
			for _, name := range slices.Sorted(maps.Keys(namespaces)) {
				if v.has(securityIstio, "PeerAuthentication", name, everyPod) == rule.No {
					c.Violation(namespaces[name], "namespace %s is in the mesh and has no PeerAuthentication for all of its pods", name)
				}
			}
		},
	}
}
