package rules

import "github.com/tripsage/infrastructure/policy/rule"

func hostPorts() rule.Rule {
	return rule.Rule{
		ID:       "host-ports",
		Title:    "No container takes a port of the node",
		Severity: rule.High,
		Reason: "A port of the node is open to whoever reaches the node, whatever the Services say, and only one pod " +
			"of a node can have it.",
		Fix:     "Take hostPort out and put a Service before the pod.",
		Sources: []string{"Pod Security Standards, baseline: Host Ports"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, container := range pod.Containers() {
				for _, port := range container.At("ports").Items() {
					if taken := port.At("hostPort"); taken.Known() && !isNumber(taken, 0) {
						says("container %s: %s is %s", container.Name(), taken.Path(), taken.Show())
					}
				}
			}
		}),
	}
}
