package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func meshCallersExist() rule.Rule {
	return rule.Rule{
		ID:       "mesh-callers-exist",
		Title:    "The callers that AuthorizationPolicies name exist",
		Severity: rule.High,
		Reason:   "A caller whose name is misspelt is refused, and who makes an account of the misspelt name is let in.",
		Fix:      "Correct the principal (<trust domain>/ns/<namespace>/sa/<account>), or list a namespace that is not the stack's in outside.",
		Sources:  []string{"Istio, AuthorizationPolicy: Source"},
		Parameters: []rule.Parameter{{
			Name: "outside", Default: []string{},
			Description: "namespaces that are not the stack's and may call; without any, every namespace may",
		}},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(securityIstio, "AuthorizationPolicy") {
				for _, item := range r.At("spec", "rules").Items() {
					for _, from := range item.At("from").Items() {
						for _, principal := range from.At("source", "principals").Items() {
							if namespace, account, ok := identity(principal); ok {
								checkCaller(c, v, r, principal, namespace, account)
							}
						}
						for _, namespace := range from.At("source", "namespaces").Items() {
							checkCaller(c, v, r, namespace, namespace.String(), "")
						}
					}
				}
			}
		},
	}
}

// identity takes a principal apart; ok is false for one of another form.
func identity(principal rule.Value) (namespace, account string, ok bool) {
	_, rest, ok := strings.Cut(principal.String(), "/ns/")
	namespace, account, _ = strings.Cut(rest, "/sa/")
	return namespace, account, ok
}

// checkCaller wants the namespace and, unless it is "", the account to exist.
func checkCaller(c *rule.Context, v stackView, r rule.Resource, shown rule.Value, namespace, account string) {
	if namespace == "" || wildcard(namespace) || wildcard(account) {
		return
	}
	outside := c.Texts("outside")
	switch v.owns(namespace) {
	case rule.No:
		if len(outside) > 0 && !slices.Contains(outside, namespace) {
			c.Violation(r, "%s is %s, of a namespace that the stack does not have", shown.Path(), shown.Show())
		}
	case rule.Yes:
		_, found := v.find(objectID{"", "ServiceAccount", namespace, account})
		if found == rule.No && account != "" && account != "default" && !slices.Contains(outside, namespace) {
			c.Violation(r, "%s is %s: the stack has no such ServiceAccount", shown.Path(), shown.Show())
		}
	}
}
