package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacWildcards() rule.Rule {
	return rule.Rule{
		ID:       "rbac-wildcards",
		Title:    "Roles name what they allow",
		Severity: rule.High,
		Reason: "A wildcard allows also what is not there yet: every new resource and verb of the API is in it. All " +
			"verbs on all resources is cluster-admin under another name.",
		Fix:     "List the API groups, resources and verbs that the program uses.",
		Sources: []string{"kube-linter wildcard-in-rules", "CIS Kubernetes Benchmark 5.1.3"},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, one := range grants(r) {
				var wild []string
				for _, field := range []string{"apiGroups", "resources", "verbs", "nonResourceURLs"} {
					for _, item := range one.At(field).Items() {
						// "pods/*" is one, too; "/healthz/*" are paths below one.
						if text := item.String(); text == "*" || field == "resources" && strings.Contains(text, "*") {
							wild = append(wild, item.Path()+" is "+item.Show())
						}
					}
				}
				if len(wild) > 0 {
					c.Violation(r, "%s", strings.Join(wild, ", "))
				}
			}
		},
	}
}
