package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func probeHandler() rule.Rule {
	return rule.Rule{
		ID:       "probe-handler",
		Title:    "A probe asks in one way",
		Severity: rule.Medium,
		Reason:   "A probe with no handler, or with two of them, is refused by the API server.",
		Fix:      "Set one of httpGet, tcpSocket, exec and grpc.",
		Sources:  []string{"kube-score pod-probes", "Kubernetes documentation, Configure Probes"},
		Check: perContainer(func(c *rule.Context, r rule.Resource, container rule.Container) {
			for _, field := range probeFields() {
				probe := container.At(field)
				if probe.Empty() || !probe.IsObject() {
					continue
				}
				var have []string
				unsure := false
				for _, handler := range handlers() {
					unsure = unsure || probe.At(handler).Unknown()
					if probe.At(handler).Known() {
						have = append(have, handler)
					}
				}
				switch {
				case len(have) > 1:
					c.Violation(r, "container %s: %s has %s", container.Name(), probe.Path(), strings.Join(have, " and "))
				case len(have) == 0 && !unsure:
					c.Violation(r, "container %s: %s has no handler: %s", container.Name(), probe.Path(), probe.Show())
				}
			}
		}),
	}
}
