package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func probesSet() rule.Rule {
	return rule.Rule{
		ID:       "probes-set",
		Title:    "Containers that serve have probes",
		Severity: rule.Medium,
		Reason: "Without a readiness probe a pod gets requests before it can answer them, and a broken release is rolled out to " +
			"the end. Without a liveness probe a process that hangs is never restarted; without a startup probe liveness " +
			"has to be patient for ever with one that only starts slowly.",
		Fix: "Set readinessProbe (asks whether requests can be served), livenessProbe (asks the process alone) and startupProbe.",
		Sources: []string{
			"kube-score pod-probes", "kube-linter no-liveness-probe", "kube-linter no-readiness-probe",
			"deployment guide, 6.1 Resource Management",
		},
		Parameters: []rule.Parameter{{
			Name: "probes", Description: "The probes that each container must have.", Default: probeFields(),
		}},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			if !pod.Lasting() {
				return
			}
			for _, container := range pod.Main() {
				var missing []string
				for _, field := range c.Texts("probes") {
					if container.At(field).Empty() {
						missing = append(missing, field)
					}
				}
				if len(missing) > 0 {
					c.Violation(r, "container %s: %s has no %s", container.Name(), container.Path(), strings.Join(missing, ", "))
				}
			}
		}),
	}
}
