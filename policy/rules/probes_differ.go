package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func probesDiffer() rule.Rule {
	return rule.Rule{
		ID:       "probes-differ",
		Title:    "Readiness and liveness ask different questions",
		Severity: rule.Medium,
		Reason: "Readiness may depend on others: a database that is away takes the pod out of the Service. If liveness asks the " +
			"same, it restarts all pods instead, and their start is the next thing that fails.",
		Fix: "Give liveness a path of its own that asks the process alone. Where a TCP connection or a command is all there is to ask, " +
			"or for a container of the parameter single, give liveness more patience (failureThreshold times periodSeconds).",
		Sources: []string{"kube-score pod-probes-identical"},
		Parameters: []rule.Parameter{{
			Name:        "single",
			Description: "Names of containers that answer one question by HTTP, too: of these patience is enough.",
			Default:     []string{"grafana", "postgres-exporter"},
		}},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			for _, container := range pod.Main() {
				live, ready := container.At("livenessProbe"), container.At("readinessProbe")
				single := container.At("name").Unknown() || slices.Contains(c.Texts("single"), container.Name())
				for _, handler := range handlers() {
					single := single || handler == "tcpSocket" || handler == "exec"
					if sameQuestion(handler, live.At(handler), ready.At(handler)) && (!single || !morePatient(live, ready)) {
						c.Violation(r, "container %s: %s and readinessProbe ask the same: %s",
							container.Name(), live.Path(), live.At(handler).Show())
					}
				}
			}
		}),
	}
}

// sameQuestion says that both are known and ask for the same, whatever they
// send along.
func sameQuestion(handler string, live, ready rule.Value) bool {
	if !live.IsObject() || !ready.IsObject() || !live.Settled() || !ready.Settled() {
		return false
	}
	asks := map[string][]string{
		"httpGet": {"path", "port"}, "tcpSocket": {"port"}, "grpc": {"service", "port"}, "exec": {"command"},
	}
	for _, field := range asks[handler] {
		lives, _ := live.At(field).Raw()
		if readies, _ := ready.At(field).Raw(); !lives.Equals(readies) {
			return false
		}
	}
	return true
}

// morePatient says that liveness waits longer than readiness, or that nobody
// knows yet.
func morePatient(live, ready rule.Value) bool {
	lives, known := patience(live)
	readies, too := patience(ready)
	return !known || !too || lives > readies
}

// patience is how many seconds a probe may fail.
func patience(probe rule.Value) (seconds float64, known bool) {
	seconds = 1
	for field, usual := range map[string]float64{"failureThreshold": 3, "periodSeconds": 10} {
		value, given := probe.At(field).Number()
		switch {
		case given:
			seconds *= value
		case probe.At(field).Missing():
			seconds *= usual
		default:
			return 0, false
		}
	}
	return seconds, true
}
