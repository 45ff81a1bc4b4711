package rules

import "github.com/tripsage/infrastructure/policy/rule"

func privilegeEscalation() rule.Rule {
	return rule.Rule{
		ID:       "privilege-escalation",
		Title:    "No process gains more rights than its parent has",
		Severity: rule.High,
		Reason:   "Otherwise a set-user-ID program in the image makes root of whoever starts it.",
		Fix:      "Set securityContext.allowPrivilegeEscalation to false on each container.",
		Sources: []string{
			"Pod Security Standards, restricted: Privilege Escalation", "kube-linter privilege-escalation-container",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			if !ofLinux(pod) {
				return
			}
			for _, container := range pod.Containers() {
				if own := container.At("securityContext", "allowPrivilegeEscalation"); own.NotFalse() {
					says("container %s: %s is %s", container.Name(), own.Path(), own.Show())
				}
			}
		}),
	}
}
