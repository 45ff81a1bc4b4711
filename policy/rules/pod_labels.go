package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func podLabels() rule.Rule {
	return rule.Rule{
		ID:       "pod-labels",
		Title:    "Pods have the recommended labels",
		Severity: rule.Low,
		Reason: "Network policies, disruption budgets, metrics and logs know pods by their labels only: those of the Deployment are not " +
			"the pods'.",
		Fix: "Add the labels to the pod template's metadata.labels too. Nothing does it for you: a label can make a Service or a policy " +
			"select the pods.",
		Sources: []string{"Kubernetes documentation, Recommended Labels"},
		Parameters: []rule.Parameter{
			{Name: "labels", Default: standardLabelList(), Description: "The labels that each pod template must have."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			pod, ok := r.Pod()
			if !ok || r.Kind() == "Pod" { // its labels are its own
				return
			}
			labels := pod.Metadata.At("labels")
			if missing := missingOf(labels, c.Texts("labels")); len(missing) > 0 {
				c.Violation(r, "%s has no %s", labels.Path(), strings.Join(missing, ", no "))
			}
		},
	}
}
