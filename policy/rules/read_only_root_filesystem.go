package rules

import "github.com/tripsage/infrastructure/policy/rule"

func readOnlyRootFilesystem() rule.Rule {
	return rule.Rule{
		ID:       "read-only-root-filesystem",
		Title:    "Containers cannot write to their own image",
		Severity: rule.Medium,
		Reason: "Who gets into a process cannot leave programs behind or change those that are there, and nothing " +
			"that matters is lost with the container.",
		Fix: "Set securityContext.readOnlyRootFilesystem to true on each container, and mount an emptyDir where the " +
			"program writes.",
		Sources: []string{
			"kube-linter no-read-only-root-fs", "kube-score container-security-context-readonlyrootfilesystem",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			if !ofLinux(pod) {
				return
			}
			for _, container := range pod.Containers() {
				if own := container.At("securityContext", "readOnlyRootFilesystem"); own.NotTrue() {
					says("container %s: %s is %s", container.Name(), own.Path(), own.Show())
				}
			}
		}),
	}
}
