package rules

import "github.com/tripsage/infrastructure/policy/rule"

func probeTiming() rule.Rule {
	return rule.Rule{
		ID:       "probe-timing",
		Title:    "A probe is over before the next one",
		Severity: rule.Low,
		Reason: "A probe that waits longer than its period is late with its verdict by more than its numbers say. And one failure " +
			"alone must not restart a container: a garbage collection is enough.",
		Fix: "Set timeoutSeconds to at most periodSeconds (10 if not set), and failureThreshold of liveness to 2 or more.",
		Sources: []string{
			"kube-score pod-probes", "Kubernetes documentation, Configure Probes",
		},
		Check: perContainer(func(c *rule.Context, r rule.Resource, container rule.Container) {
			for _, field := range []string{"livenessProbe", "readinessProbe"} { // the startup's may take its time
				probe := container.At(field)
				period, known := probe.At("periodSeconds").Number()
				if !known {
					period = 10
				}
				if timeout, given := probe.At("timeoutSeconds").Number(); given && timeout > period && !probe.At("periodSeconds").Unknown() {
					c.Violation(r, "container %s: %s waits %v seconds, every %v seconds", container.Name(), probe.Path(), timeout, period)
				}
				enough := probe.At("failureThreshold")
				if count, given := enough.Number(); field == "livenessProbe" && given && count < 2 {
					c.Violation(r, "container %s: %s is %v", container.Name(), enough.Path(), count)
				}
			}
		}),
	}
}
