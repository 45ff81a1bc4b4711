package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacSecrets() rule.Rule {
	return rule.Rule{
		ID:       "rbac-secrets",
		Title:    "No role reads or writes Secrets that it does not name",
		Severity: rule.High,
		Reason: "Who reads all Secrets of a namespace has its databases, its keys and the tokens of its service " +
			"accounts; list and watch show contents just as get does.",
		Fix: "Mount the Secret into the pod instead. Where a program has to read it through the API, allow get and " +
			"name it in resourceNames.",
		Sources: []string{"kube-linter access-to-secrets", "CIS Kubernetes Benchmark 5.1.2"},
		Check: func(c *rule.Context, r rule.Resource) {
			all := []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}
			for _, one := range grants(r) {
				if verbs, _ := one.on("", []string{"secrets"}, all); one.open && len(verbs) > 0 {
					c.Violation(r, "%s allows to %s secrets", one.Path(), strings.Join(verbs, ", "))
				}
			}
		},
	}
}
