package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func resourcesSet() rule.Rule {
	return rule.Rule{
		ID:       "resources-set",
		Title:    "Containers say what they need and what they may use",
		Severity: rule.Medium,
		Reason: "Without requests the scheduler puts pods where there is no room for them, and without limits one leak takes " +
			"the memory, the processor or the disk of everybody on the node.",
		Fix: "Set resources.requests and resources.limits, for init containers too.",
		Sources: []string{
			"kube-linter unset-cpu-requirements", "kube-linter unset-memory-requirements", "kube-score container-resources",
			"kube-score container-ephemeral-storage-request-and-limit", "deployment guide, 6.1 Resource Management",
		},
		Parameters: []rule.Parameter{{
			Name: "required", Description: "The requests and limits that each container must have.",
			Default: []string{
				"requests.cpu", "requests.memory", "requests.ephemeral-storage",
				"limits.cpu", "limits.memory", "limits.ephemeral-storage",
			},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range resourcesOf(r) {
				var missing []string
				for _, name := range c.Texts("required") {
					path := strings.Split(name, ".")
					if isUnset(one.resources.At(path...)) && isUnset(one.pods.At(path...)) {
						missing = append(missing, name)
					}
				}
				if len(missing) > 0 {
					c.Violation(r, "container %s: %s has no %s", one.name, one.resources.Path(), strings.Join(missing, ", "))
				}
			}
		},
	}
}

// isUnset says that the amount is known to be missing or nothing.
func isUnset(v rule.Value) bool {
	amount, ok := rule.Quantity(v)
	return v.Empty() || ok && amount == 0
}
