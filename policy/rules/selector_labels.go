package rules

import "github.com/tripsage/infrastructure/policy/rule"

func selectorLabels() rule.Rule {
	return rule.Rule{
		ID:       "selector-labels",
		Title:    "A workload selects its own pods",
		Severity: rule.High,
		Reason:   "The API server refuses a workload whose selector does not match the labels of its own pods.",
		Fix:      "Give the pod template all labels of spec.selector.",
		Sources: []string{
			"kube-linter mismatching-selector", "kube-score deployment-pod-selector-labels-match-template-metadata-labels",
			"kube-score statefulset-pod-selector-labels-match-template-metadata-labels",
		},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			if r.Group() != "apps" {
				return
			}
			selector, labels := r.At("spec", "selector"), pod.Metadata.At("labels")
			switch {
			case isEmptySelector(selector):
				c.Violation(r, "%s is %s", selector.Path(), selector.Show())
			case rule.Selects(selector, labels) == rule.No:
				c.Violation(r, "%s is %s, but %s is %s", selector.Path(), selector.Show(), labels.Path(), labels.Show())
			}
		}),
	}
}
