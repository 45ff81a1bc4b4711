package rules

import "github.com/tripsage/infrastructure/policy/rule"

func runAsNonRoot() rule.Rule {
	return rule.Rule{
		ID:       "run-as-non-root",
		Title:    "Containers run as a user that is not root",
		Severity: rule.High,
		Reason:   "A process that leaves a container as root is root on the node.",
		Fix:      "Set securityContext.runAsNonRoot to true, on the pod or on the container.",
		Sources: []string{
			"Pod Security Standards, restricted: Running as Non-root", "kube-linter run-as-non-root",
		},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			inherited(pod, says, "runAsNonRoot", func(asked rule.Value) (rule.Value, bool) {
				return asked, asked.NotTrue()
			})
		}),
	}
}
