package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func rbacRunCode() rule.Rule {
	return rule.Rule{
		ID:       "rbac-run-code",
		Title:    "No role starts pods or runs commands in them",
		Severity: rule.High,
		Reason: "Who makes a pod has every Secret, volume and service account of its namespace: the pod mounts them. " +
			"So has who changes a Deployment, or runs a command in a container.",
		Fix: "Leave the making of workloads to Pulumi and to operators. Who must change one, names it in " +
			"resourceNames.",
		Sources: []string{
			"kube-linter access-to-create-pods", "CIS Kubernetes Benchmark 5.1.4",
			"Kubernetes, Role Based Access Control Good Practices: Workload creation",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			write := []string{"create", "update", "patch"}
			for _, one := range grants(r) {
				for _, way := range []struct {
					group            string
					resources, verbs []string
				}{
					{"", []string{"pods", "podtemplates", "replicationcontrollers"}, write},
					{"apps", []string{"daemonsets", "deployments", "replicasets", "statefulsets"}, write},
					{"batch", []string{"cronjobs", "jobs"}, write},
					// A web socket is opened with get.
					{"", []string{"pods/attach", "pods/exec"}, []string{"create", "get"}},
					{"", []string{"pods/ephemeralcontainers"}, []string{"update", "patch"}},
				} {
					verbs, resources := one.on(way.group, way.resources, way.verbs)
					if one.open && len(verbs) > 0 {
						c.Violation(r, "%s allows to %s %s",
							one.Path(), strings.Join(verbs, ", "), strings.Join(resources, ", "))
					}
				}
			}
		},
	}
}
