package rules

import "github.com/tripsage/infrastructure/policy/rule"

func hostProcess() rule.Rule {
	return rule.Rule{
		ID:       "host-process",
		Title:    "No Windows container is a process of the node",
		Severity: rule.Critical,
		Reason:   "A HostProcess container is no container: it may do on the node what its user may.",
		Fix:      "Take securityContext.windowsOptions.hostProcess out, or set it to false.",
		Sources:  []string{"Pod Security Standards, baseline: HostProcess"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range parts(pod) {
				if asked := one.context.At("windowsOptions", "hostProcess"); asked.True() {
					says("%s: %s is true", one.name, asked.Path())
				}
			}
		}),
	}
}
