package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceSelectsPods() rule.Rule {
	return rule.Rule{
		ID:       "service-selects-pods",
		Title:    "A Service selects pods of the stack",
		Severity: rule.High,
		Reason:   "A Service without pods refuses every connection, and nothing else says so.",
		Fix:      "Make spec.selector the same as labels of the pods, in the same namespace.",
		Sources:  []string{"kube-linter dangling-service", "kube-score service-targets-pod"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("", "Service") {
				selector := r.At("spec", "selector")
				namespace, known := namespaceOf(r)
				kind := r.At("spec", "type")
				if selector.Empty() || !known || kind.Unknown() || kind.IsText("ExternalName") {
					continue // somebody else writes its addresses
				}
				if _, found := v.matchedBy(namespace, selector); found == rule.No {
					c.Violation(r, "%s is %s: no pod of the stack in namespace %s has these labels", selector.Path(), selector.Show(), namespace)
				}
			}
		},
	}
}
