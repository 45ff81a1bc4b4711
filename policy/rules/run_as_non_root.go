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
		Check: func(c *rule.Context, r rule.Resource) {
			pod, ok := r.Pod()
			if !ok {
				return
			}
			for _, container := range pod.Containers() {
				if asked := pod.Security(container, "runAsNonRoot"); asked.NotTrue() {
					c.Violation(r, "container %s: %s is %s", container.Name(), asked.Path(), asked.Show())
				}
			}
		},
	}
}
