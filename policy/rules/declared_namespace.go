package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func declaredNamespace() rule.Rule {
	return rule.Rule{
		ID:       "declared-namespace",
		Title:    "Objects are in a namespace that the stack declares",
		Severity: rule.High,
		Reason: "Elsewhere the object is outside the stack's quotas, network policies and pod security, and apart from the " +
			"objects that it belongs to.",
		Fix:     "Correct metadata.namespace, declare the Namespace, or list it in outside.",
		Sources: []string{"Kubernetes, Namespaces"},
		Parameters: []rule.Parameter{
			{Name: "outside", Description: "namespaces of the cluster in which the stack may have objects", Default: []string{}},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			if len(v.all("", "Namespace")) == 0 { // the stack lives in somebody else's
				return
			}
			for _, r := range s.Resources {
				namespace, known := r.Namespace().Text()
				theirs := namespace == "default" || strings.HasPrefix(namespace, "kube-") // namespace-set says so
				if r.Kind() == "" || !known || theirs || isPatch(r) || slices.Contains(c.Texts("outside"), namespace) {
					continue
				}
				if _, found := v.find(objectID{"", "Namespace", clusterWide, namespace}); found == rule.No {
					c.Violation(r, "%s is %s, which the stack does not declare", r.Namespace().Path(), r.Namespace().Show())
				}
			}
		},
	}
}
