package rules

import "github.com/tripsage/infrastructure/policy/rule"

func networkPolicySelectsPods() rule.Rule {
	return rule.Rule{
		ID:       "network-policy-selects-pods",
		Title:    "A NetworkPolicy selects pods of the stack",
		Severity: rule.High,
		Reason: "A policy for no pods neither opens nor closes anything. Where all is closed by default, its pods " +
			"cannot talk; where nothing is, they talk to everybody.",
		Fix:     "Make spec.podSelector select the pods' labels, in the same namespace; {} selects all of them.",
		Sources: []string{"kube-linter dangling-networkpolicy", "kube-score networkpolicy-targets-pod"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("networking.k8s.io", "NetworkPolicy") {
				selector := r.At("spec", "podSelector")
				namespace, known := namespaceOf(r)
				if !known || selectsAll(selector) {
					continue
				}
				if _, found := v.selectedBy(namespace, selector); found == rule.No {
					c.Violation(r, "%s is %s: it selects no pod of the stack in namespace %s", selector.Path(), selector.Show(), namespace)
				}
			}
		},
	}
}

// selectsAll says that the selector is there and asks for nothing.
func selectsAll(selector rule.Value) bool {
	return selector.IsObject() && selector.At("matchLabels").Empty() && selector.At("matchExpressions").Empty()
}
