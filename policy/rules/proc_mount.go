package rules

import "github.com/tripsage/infrastructure/policy/rule"

func procMount() rule.Rule {
	return rule.Rule{
		ID:       "proc-mount",
		Title:    "Containers have the masked /proc",
		Severity: rule.High,
		Reason:   "The runtime hides parts of /proc through which a process can read and change the node's kernel.",
		Fix:      "Take securityContext.procMount out, or set it to Default.",
		Sources: []string{
			"Pod Security Standards, baseline: /proc Mount Type", "kube-linter unsafe-proc-mount",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, container := range pod.Containers() {
				if asked := container.At("securityContext", "procMount"); !asked.Missing() && asked.NotText("Default") {
					says("container %s: %s is %s", container.Name(), asked.Path(), asked.Show())
				}
			}
		}),
	}
}
