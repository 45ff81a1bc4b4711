package rules

import "github.com/tripsage/infrastructure/policy/rule"

func privilegedPorts() rule.Rule {
	return rule.Rule{
		ID:       "privileged-ports",
		Title:    "Containers listen on ports above 1023",
		Severity: rule.Medium,
		Reason: "The ports below are root's: a program needs a capability for them. On port 22 one expects SSH, a way " +
			"into the container that nobody audits.",
		Fix:     "Let the program listen on a port above 1023; a Service can still offer it under another number.",
		Sources: []string{"kube-linter privileged-ports", "kube-linter ssh-port"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, container := range pod.Containers() {
				for _, port := range container.At("ports").Items() {
					listens := port.At("containerPort")
					number, known := listens.Number()
					if !known || number <= 0 || number >= 1024 {
						continue
					}
					what := ""
					if number == 22 {
						what = ", SSH's"
					}
					says("container %s: %s is %s%s", container.Name(), listens.Path(), listens.Show(), what)
				}
			}
		}),
	}
}
