package rules

import "github.com/tripsage/infrastructure/policy/rule"

func runAsGroup() rule.Rule {
	return rule.Rule{
		ID:       "run-as-group",
		Title:    "No pod or container is in group 0",
		Severity: rule.Medium,
		Reason:   "Group 0 is root's: much of what an image or a volume keeps from others is open to it.",
		Fix: "Set runAsGroup and fsGroup to the number of a group of the image's own, and take 0 out of " +
			"supplementalGroups.",
		Sources: []string{"kube-linter run-as-non-root"},
		Check: judgePods(func(_ *rule.Context, pod rule.Pod, says report) {
			for _, one := range parts(pod) {
				groups := []rule.Value{one.context.At("runAsGroup"), one.context.At("fsGroup")}
				for _, group := range append(groups, one.context.At("supplementalGroups").Items()...) {
					if isNumber(group, 0) {
						says("%s: %s is 0, which is root's group", one.name, group.Path())
					}
				}
			}
		}),
	}
}
