package rules

import "github.com/tripsage/infrastructure/policy/rule"

func privilegedContainers() rule.Rule {
	return rule.Rule{
		ID:       "privileged-containers",
		Title:    "No container is privileged",
		Severity: rule.Critical,
		Reason:   "A privileged container has the node's devices and every capability: it is root on the node.",
		Fix:      "Take securityContext.privileged out, or set it to false.",
		Sources: []string{
			"Pod Security Standards, baseline: Privileged Containers", "kube-linter privileged-container",
			"kube-linter privilege-escalation-container", "kube-linter scc-deny-privileged-container",
			"kube-score container-security-context-privileged",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Is("security.openshift.io", "SecurityContextConstraints") {
				if allowed := r.At("allowPrivilegedContainer"); allowed.True() {
					c.Violation(r, "%s is true", allowed.Path())
				}
			}
			pod, _ := r.Pod()
			for _, container := range pod.Containers() {
				if asked := container.At("securityContext", "privileged"); asked.True() {
					c.Violation(r, "container %s: %s is true", container.Name(), asked.Path())
				}
			}
		},
	}
}
