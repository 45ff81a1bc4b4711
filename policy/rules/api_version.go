package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func apiVersion() rule.Rule {
	return rule.Rule{
		ID:       "api-version",
		Title:    "Objects are of a stable API version",
		Severity: rule.Medium,
		Reason:   "Kubernetes serves a beta version for three releases after its successor; then the next update of the cluster breaks this stack.",
		Fix:      "Use the type of the stable version; `pulumi up` with an alias of the old type keeps the object.",
		Sources: []string{
			"kube-score stable-version", "kube-linter no-extensions-v1beta", "Kubernetes documentation, Deprecated API Migration Guide",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if r.Kind() == "" {
				return
			}
			version := strings.TrimSuffix(strings.TrimPrefix(r.Type, "kubernetes:"), ":"+r.Kind())
			if instead, old := successor(version); old {
				c.Violation(r, "%s %s is an old version; use %s", version, r.Kind(), instead)
			}
		},
	}
}

// successor is where the kinds of an old version of Kubernetes' own groups went.
func successor(version string) (instead string, old bool) {
	group, beta, _ := strings.Cut(version, "/")
	switch {
	case group == "extensions":
		return "apps/v1, networking.k8s.io/v1 or policy/v1", true
	case !strings.Contains(beta, "beta") && !strings.Contains(beta, "alpha"):
		return "", false
	}
	stable := map[string]string{
		"apps": "v1", "batch": "v1", "policy": "v1", "autoscaling": "v2", "networking.k8s.io": "v1", "discovery.k8s.io": "v1",
		"rbac.authorization.k8s.io": "v1", "apiextensions.k8s.io": "v1", "apiregistration.k8s.io": "v1", "node.k8s.io": "v1",
		"admissionregistration.k8s.io": "v1", "coordination.k8s.io": "v1", "certificates.k8s.io": "v1", "events.k8s.io": "v1",
		"storage.k8s.io": "v1", "scheduling.k8s.io": "v1", "flowcontrol.apiserver.k8s.io": "v1",
	}[group]
	return group + "/" + stable, stable != ""
}
