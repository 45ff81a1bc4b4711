package rules

import "github.com/tripsage/infrastructure/policy/rule"

func probePort() rule.Rule {
	return rule.Rule{
		ID:       "probe-port",
		Title:    "Probes ask a port that the container has",
		Severity: rule.High,
		Reason:   "A probe of a port that nobody listens on fails for ever: the pod is never ready, or is restarted again and again.",
		Fix:      "Name one of the container's ports, or list the port under ports.",
		Sources:  []string{"kube-linter liveness-port", "kube-linter readiness-port", "kube-linter startup-port"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			for _, container := range pod.Containers() {
				for _, field := range probeFields() {
					for _, handler := range handlers() {
						port := container.At(field, handler, "port")
						if !port.Missing() && !port.Unknown() && !declares(pod, container, port) {
							c.Violation(r, "container %s: %s is %s, which is none of its ports", container.Name(), port.Path(), port.Show())
						}
					}
				}
			}
		}),
	}
}

// declares says whether the port may be one of the container's: by a name of its
// own, or by the number of any, as the containers of a pod share their address.
func declares(pod rule.Pod, container rule.Container, port rule.Value) bool {
	number, byNumber := port.Number()
	all := []rule.Container{container}
	if byNumber {
		all = pod.Containers()
		if !pod.Spec.At("containers").Settled() || !pod.Spec.At("initContainers").Settled() {
			return true
		}
	}
	for _, one := range all {
		if !one.At("ports").Settled() {
			return true
		}
		for _, declared := range one.At("ports").Items() {
			if have, _ := declared.At("containerPort").Number(); byNumber && have == number {
				return true
			}
			if !byNumber && declared.At("name").IsText(port.String()) {
				return true
			}
		}
	}
	return false
}
