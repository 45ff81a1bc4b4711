package rules

import "github.com/tripsage/infrastructure/policy/rule"

func barePod() rule.Rule {
	return rule.Rule{
		ID:       "bare-pod",
		Title:    "Pods are made by a workload",
		Severity: rule.Medium,
		Reason:   "A pod of its own is gone when its node is, and is never updated; a ReplicaSet of its own cannot roll out a release.",
		Fix:      "Make a Deployment, StatefulSet, DaemonSet or Job of it.",
		Sources:  []string{"Kubernetes documentation, Configuration Best Practices: Naked Pods"},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Is("", "Pod", "ReplicationController") || r.Is("apps", "ReplicaSet") {
				c.Violation(r, "it is a %s", r.Kind())
			}
		},
	}
}
