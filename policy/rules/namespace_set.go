package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func namespaceSet() rule.Rule {
	return rule.Rule{
		ID:       "namespace-set",
		Title:    "Objects are in a namespace of ours",
		Severity: rule.Medium,
		Reason: "Default-deny policies, Pod Security and rights are a namespace's. The namespace default has none of them, and those of " +
			"the cluster are other people's.",
		Fix:     "Set metadata.namespace to the stack's namespace.",
		Sources: []string{"kube-linter use-namespace", "CIS Kubernetes Benchmark, The default namespace should not be used"},
		Parameters: []rule.Parameter{{
			Name: "forbidden", Description: "Namespaces that are not ours.",
			Default: []string{
				"default", "kube-system", "kube-public", "kube-node-lease", "istio-system", "istio-ingress",
				"dragonfly-operator-system",
			},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			own := r.Namespace()
			if !isNamespaced(r) || own.Unknown() {
				return
			}
			name := own.String()
			if own.Empty() || slices.Contains(c.Texts("forbidden"), name) {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		},
	}
}

// isNamespaced says that objects of this kind are in a namespace: kinds that we
// know, as others may belong to the whole cluster.
func isNamespaced(r rule.Resource) bool {
	kinds := map[string][]string{
		"": {
			"ConfigMap", "Endpoints", "LimitRange", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController",
			"ResourceQuota", "Secret", "Service", "ServiceAccount",
		},
		"apps":                      {"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"},
		"batch":                     {"CronJob", "Job"},
		"autoscaling":               {"HorizontalPodAutoscaler"},
		"policy":                    {"PodDisruptionBudget"},
		"networking.k8s.io":         {"Ingress", "NetworkPolicy"},
		"rbac.authorization.k8s.io": {"Role", "RoleBinding"},
		"networking.istio.io":       {"DestinationRule", "EnvoyFilter", "Gateway", "ServiceEntry", "Sidecar", "VirtualService"},
		"security.istio.io":         {"AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"},
		"dragonflydb.io":            {"Dragonfly"},
		"flagger.app":               {"Canary", "MetricTemplate"},
		"monitoring.coreos.com":     {"PodMonitor", "Probe", "PrometheusRule", "ServiceMonitor"},
	}
	return r.Is(r.Group(), kinds[r.Group()]...)
}
