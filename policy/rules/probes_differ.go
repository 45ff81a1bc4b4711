package rules

import "github.com/tripsage/infrastructure/policy/rule"

func probesDiffer() rule.Rule {
	return rule.Rule{
		ID:       "probes-differ",
		Title:    "Readiness and liveness ask different questions",
		Severity: rule.Medium,
		Reason: "Readiness may depend on others: a database that is away takes the pod out of the Service. If liveness asks the " +
			"same, it restarts all pods instead, and their start is the next thing that fails.",
		Fix: "Give liveness a path of its own that asks the process alone. Where TCP or a command is all there is to ask, give " +
			"liveness more patience (failureThreshold times periodSeconds) than readiness.",
		Sources: []string{"kube-score pod-probes-identical"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			for _, container := range pod.Main() {
				live, ready := container.At("livenessProbe"), container.At("readinessProbe")
				for _, handler := range handlers() {
					if sameQuestion(handler, live.At(handler), ready.At(handler)) && !morePatient(handler, live, ready) {
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

// morePatient says that liveness of a handler that has only one question to
// ask waits longer than readiness, or that nobody knows yet.
func morePatient(handler string, live, ready rule.Value) bool {
	if handler != "tcpSocket" && handler != "exec" {
		return false
	}
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
