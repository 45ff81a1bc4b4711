package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func autoscalerTarget() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-target",
		Title:    "An autoscaler scales a workload of the stack",
		Severity: rule.High,
		Reason:   "An autoscaler that finds no target scales nothing: the workload keeps the pods it happens to have.",
		Fix:      "Make spec.scaleTargetRef the apiVersion, kind and name of the workload, in the same namespace.",
		Sources:  []string{"kube-linter dangling-horizontalpodautoscaler", "kube-score horizontalpodautoscaler-has-target"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("autoscaling", "HorizontalPodAutoscaler") {
				reference := r.At("spec", "scaleTargetRef")
				if _, found := v.referred(r, reference, ""); found == rule.No && v.isPrimary(r, reference.At("name")) == rule.No {
					c.Violation(r, "%s is %s: the stack has no such object in the namespace", reference.Path(), reference.Show())
				}
			}
		},
	}
}

// isPrimary says whether the name is that of a copy that Flagger makes.
func (v stackView) isPrimary(from rule.Resource, name rule.Value) rule.Answer {
	namespace, placed := namespaceOf(from)
	original, isCopy := strings.CutSuffix(name.String(), "-primary")
	if !placed || !isCopy {
		return rule.No
	}
	return v.has(flaggerApp, "Canary", namespace, func(canary rule.Resource) rule.Answer {
		target := canary.At("spec", "targetRef", "name")
		return contains([]string{target.String()}, original, !target.Unknown())
	})
}
