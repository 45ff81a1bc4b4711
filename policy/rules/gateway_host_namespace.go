package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func gatewayHostNamespace() rule.Rule {
	return rule.Rule{
		ID:       "gateway-host-namespace",
		Title:    "A Gateway's hosts say which namespace may route them",
		Severity: rule.Medium,
		Reason:   "A host without a namespace can be taken by a VirtualService of any namespace of the cluster.",
		Fix:      `Write "./" before the host for the Gateway's own namespace, or the namespace's name.`,
		Sources:  []string{"Istio, Security Best Practices: Avoid overly broad hosts configurations"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(networkingIstio, "Gateway") {
				return
			}
			for _, host := range hostsOf(r) {
				name, known := host.Text()
				if namespace, _, has := strings.Cut(name, "/"); known && (!has || namespace == "*" || namespace == "") {
					c.Violation(r, "%s is %s: VirtualServices of every namespace may take it", host.Path(), host.Show())
				}
			}
		},
	}
}
