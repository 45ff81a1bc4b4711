package rules

import (
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func roleBindingReferences() rule.Rule {
	return rule.Rule{
		ID:       "role-binding-references",
		Title:    "Bindings name roles and accounts that exist",
		Severity: rule.High,
		Reason: "A binding to a role that is not there gives nothing; one to an account that is not there gives its rights " +
			"to whoever makes an account of that name.",
		Fix:     "Correct the name and the namespace, or declare the role or the account. List ClusterRoles of the cluster in outside.",
		Sources: []string{"Kubernetes, Using RBAC Authorization: RoleBinding and ClusterRoleBinding"},
		Parameters: []rule.Parameter{
			{Name: "outside", Description: "ClusterRoles that the cluster has", Default: []string{"view", "edit", "admin", "cluster-admin"}},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			const rbac = "rbac.authorization.k8s.io"
			for _, r := range slices.Concat(v.all(rbac, "RoleBinding"), v.all(rbac, "ClusterRoleBinding")) {
				checkRoleRef(c, v, r)
				for _, subject := range r.At("subjects").Items() {
					checkSubject(c, v, r, subject)
				}
			}
		},
	}
}

func checkRoleRef(c *rule.Context, v stackView, r rule.Resource) {
	reference := r.At("roleRef")
	name, named := reference.At("name").Text()
	kind, known := reference.At("kind").Text()
	namespace, placed := namespaceOf(r)
	if !named || !known || !placed {
		return
	}
	if kind == "ClusterRole" {
		namespace = clusterWide
		if slices.Contains(c.Texts("outside"), name) || strings.HasPrefix(name, "system:") {
			return
		}
	}
	if _, found := v.find(objectID{r.Group(), kind, namespace, name}); found == rule.No {
		c.Violation(r, "%s is %s: the stack has no such %s", reference.At("name").Path(), reference.At("name").Show(), kind)
	}
}

func checkSubject(c *rule.Context, v stackView, r rule.Resource, subject rule.Value) {
	where := subject.At("namespace")
	namespace, placed := where.Text()
	if where.Missing() {
		namespace, placed = namespaceOf(r)
	}
	name, known := subject.At("name").Text()
	if !placed || !known || name == "default" || !subject.At("kind").IsText("ServiceAccount") || v.owns(namespace) != rule.Yes {
		return
	}
	if _, found := v.find(objectID{"", "ServiceAccount", namespace, name}); found == rule.No {
		c.Violation(r, "%s is %s: the stack has no such ServiceAccount in namespace %s",
			subject.At("name").Path(), subject.At("name").Show(), namespace)
	}
}
