package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacSubjects() rule.Rule {
	return rule.Rule{
		ID:       "rbac-subjects",
		Title:    "Rights are given to accounts, not to everybody",
		Severity: rule.High,
		Reason: "Whole groups hold strangers: every pod is in system:authenticated and system:serviceaccounts, and " +
			"who has no account at all is system:anonymous. The account `default` is that of every pod which names none.",
		Fix: "Bind the role to the service account of the one workload that needs it.",
		Sources: []string{
			"CIS Kubernetes Benchmark 5.1.5 and 5.1.7",
			"Kubernetes, Role Based Access Control Good Practices: Least privilege",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(rbac, "ClusterRoleBinding", "RoleBinding") {
				return
			}
			for _, subject := range r.At("subjects").Items() {
				kind, name := subject.At("kind").String(), subject.At("name")
				if who := crowd(kind, name.String()); who != "" {
					c.Violation(r, "%s is %s: %s", name.Path(), name.Show(), who)
				}
			}
		},
	}
}

// crowd says who is meant by a subject that is not one account of one workload.
func crowd(kind, name string) string {
	switch {
	case kind == "Group" && name == "system:authenticated":
		return "everybody with an account"
	case name == "system:unauthenticated" && kind == "Group", name == "system:anonymous" && kind == "User":
		return "everybody without an account"
	case kind == "Group" && (name == "system:serviceaccounts" || strings.HasPrefix(name, "system:serviceaccounts:")):
		return "all pods of the cluster or of a namespace"
	case kind == "Group" && name == "system:masters":
		return "a group that no authorisation holds back"
	case kind == "ServiceAccount" && name == "default",
		kind == "User" && strings.HasPrefix(name, "system:serviceaccount:") && strings.HasSuffix(name, ":default"):
		return "all pods that name no account"
	default:
		return ""
	}
}
