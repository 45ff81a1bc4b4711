package rules

import "github.com/tripsage/infrastructure/policy/rule"

func imagePullPolicy() rule.Rule {
	return rule.Rule{
		ID:       "image-pull-policy",
		Title:    "Nodes may pull the image",
		Severity: rule.Medium,
		Reason:   "With the policy Never a pod starts only on nodes that happen to have the image.",
		Fix:      "Set imagePullPolicy to IfNotPresent: the image is named by digest, so what is there is what would be pulled.",
		Sources:  []string{"Kubernetes documentation, Images: Image pull policy"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Is("dragonflydb.io", "Dragonfly") {
				noPull(c, r, r.At("spec", "imagePullPolicy"))
			}
			if pod, ok := r.Pod(); ok {
				for _, container := range pod.Containers() {
					noPull(c, r, container.At("imagePullPolicy"))
				}
			}
		},
	}
}

func noPull(c *rule.Context, r rule.Resource, policy rule.Value) {
	if !policy.Missing() && policy.NotText("IfNotPresent", "Always") {
		c.Violation(r, "%s is %s", policy.Path(), policy.Show())
	}
}
