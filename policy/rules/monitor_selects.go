package rules

import "github.com/tripsage/infrastructure/policy/rule"

func monitorSelects() rule.Rule {
	return rule.Rule{
		ID:       "monitor-selects",
		Title:    "Monitors select Services or pods of the stack",
		Severity: rule.Medium,
		Reason:   "Prometheus scrapes nothing then, and alerts about what is not measured never fire.",
		Fix:      "Make spec.selector the labels of the Service's (or the pods') metadata, and the endpoints' port one of their ports' names.",
		Sources:  []string{"kube-linter dangling-servicemonitor", "prometheus-operator, Troubleshooting ServiceMonitor changes"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(monitoringCRDs, "ServiceMonitor") {
				if namespace, own := monitored(r); own {
					checkServiceMonitor(c, v, r, namespace)
				}
			}
			for _, r := range v.all(monitoringCRDs, "PodMonitor") {
				if namespace, own := monitored(r); own {
					checkPodMonitor(c, v, r, namespace)
				}
			}
		},
	}
}

// monitored is the monitor's own namespace, when it looks at no other.
func monitored(r rule.Resource) (namespace string, own bool) {
	namespace, own = namespaceOf(r)
	return namespace, own && r.At("spec", "namespaceSelector").Empty()
}

func checkPodMonitor(c *rule.Context, v stackView, r rule.Resource, namespace string) {
	selector := r.At("spec", "selector")
	if _, found := v.selectedBy(namespace, selector); found == rule.No {
		c.Violation(r, "%s is %s: it selects no pod of the stack in namespace %s", selector.Path(), selector.Show(), namespace)
	}
	pods := v.possible(namespace, selector)
	for _, endpoint := range r.At("spec", "podMetricsEndpoints").Items() {
		for _, field := range []string{"port", "portNumber", "targetPort"} {
			if port := endpoint.At(field); !port.Missing() {
				checkPolicyPort(c, r, pods, port, rule.Value{})
			}
		}
	}
}

func checkServiceMonitor(c *rule.Context, v stackView, r rule.Resource, namespace string) {
	selector := r.At("spec", "selector")
	var services []rule.Resource
	found := v.has("", "Service", namespace, func(service rule.Resource) rule.Answer {
		answer := rule.Selects(selector, service.At("metadata", "labels"))
		if answer != rule.No {
			services = append(services, service)
		}
		return answer
	})
	if found == rule.No && v.has(flaggerApp, "Canary", namespace, func(rule.Resource) rule.Answer { return rule.Maybe }) == rule.No {
		c.Violation(r, "%s is %s: it selects no Service of the stack in namespace %s", selector.Path(), selector.Show(), namespace)
	}
	for _, endpoint := range r.At("spec", "endpoints").Items() {
		port, best := endpoint.At("port"), rule.No
		for _, service := range services {
			best = max(best, servicePort(service, port))
		}
		if port.Known() && len(services) > 0 && best == rule.No {
			c.Violation(r, "%s is %s, a port that no selected Service has", port.Path(), port.Show())
		}
	}
}
