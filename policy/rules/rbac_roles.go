package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacRoles() rule.Rule {
	return rule.Rule{
		ID:       "rbac-roles",
		Title:    "Nobody is given a role that can do everything",
		Severity: rule.Critical,
		Reason: "cluster-admin may do all there is; admin and edit, in their namespace, read all Secrets and run any " +
			"pod. None of them is made for a program.",
		Fix: "Make a Role with what the program does and bind that.",
		Sources: []string{
			"kube-linter cluster-admin-role-binding", "kube-linter access-to-secrets",
			"kube-linter access-to-create-pods", "CIS Kubernetes Benchmark 5.1.1",
		},
		Parameters: []rule.Parameter{{
			Name: "roles", Description: "the ClusterRoles that nobody may be given",
			Default: []string{"cluster-admin", "admin", "edit"},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			role := r.At("roleRef", "name")
			name, known := role.Text()
			if r.Is(rbac, "ClusterRoleBinding", "RoleBinding") && known && slices.Contains(c.Texts("roles"), name) &&
				r.At("roleRef", "kind").IsText("ClusterRole") {
				c.Violation(r, "%s is %s", role.Path(), role.Show())
			}
		},
	}
}
