package rules

import "github.com/tripsage/infrastructure/policy/rule"

func emptyDirLimit() rule.Rule {
	return rule.Rule{
		ID:       "empty-dir-limit",
		Title:    "An emptyDir has a size",
		Severity: rule.Low,
		Reason: "An emptyDir is the node's disk or, with the medium Memory, its memory. Without a size a pod fills it for " +
			"everybody there.",
		Fix:     "Set emptyDir.sizeLimit.",
		Sources: []string{"Kubernetes documentation, Volumes: emptyDir"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			for _, volume := range pod.Spec.At("volumes").Items() {
				folder := volume.At("emptyDir")
				if folder.Known() && isUnset(folder.At("sizeLimit")) {
					c.Violation(r, "%s is %s", folder.At("sizeLimit").Path(), folder.At("sizeLimit").Show())
				}
			}
		}),
	}
}
