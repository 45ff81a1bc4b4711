package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceAccountExists() rule.Rule {
	return rule.Rule{
		ID:       "service-account-exists",
		Title:    "The service accounts that pods run as are in the stack",
		Severity: rule.High,
		Reason:   "Kubernetes makes no pod for an account that is not there: the workload stays at zero pods, or at its old ones.",
		Fix:      "Declare the ServiceAccount in the pods' namespace, or correct serviceAccountName.",
		Sources:  []string{"kube-linter non-existent-service-account"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range s.Resources {
				namespace, placed := namespaceOf(r)
				account, ok := accountOf(r)
				name, known := account.Text()
				if !ok || !placed || !known || name == "default" || name == "" {
					continue
				}
				if _, found := v.find(objectID{"", "ServiceAccount", namespace, name}); found == rule.No {
					c.Violation(r, "%s is %s: the stack has no such ServiceAccount in namespace %s", account.Path(), account.Show(), namespace)
				}
			}
		},
	}
}

// accountOf is the name of the account that the resource's pods run as.
func accountOf(r rule.Resource) (name rule.Value, ok bool) {
	if r.Is(dragonflyDB, "Dragonfly") {
		return r.At("spec", "serviceAccountName"), true
	}
	pod, ok := r.Pod()
	name = pod.Spec.At("serviceAccountName")
	if old := pod.Spec.At("serviceAccount"); name.Missing() {
		name = old
	}
	return name, ok
}
