package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceTargetPort() rule.Rule {
	return rule.Rule{
		ID:       "service-target-port",
		Title:    "A Service leads to ports that its pods declare",
		Severity: rule.High,
		Reason:   "Where nothing listens, connections are refused; a name that no container has leaves the Service without addresses.",
		Fix:      "Set targetPort to the name or the number of a port of the pods' containers, with the same protocol.",
		Sources:  []string{"kube-linter dangling-service", "Kubernetes, Service: Port definitions", "issue 5: a Service that selects nothing"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all("", "Service") {
				namespace, known := namespaceOf(r)
				if r.At("spec", "selector").Empty() || !known {
					continue
				}
				pods, _ := v.matchedBy(namespace, r.At("spec", "selector"))
				for _, port := range r.At("spec", "ports").Items() {
					target := port.At("targetPort")
					if target.Missing() {
						target = port.At("port")
					}
					checkTargetPort(c, r, pods, target, port.At("protocol"))
				}
			}
		},
	}
}

func checkTargetPort(c *rule.Context, r rule.Resource, pods []rule.Group, target, protocol rule.Value) {
	for _, group := range pods {
		if group.Lasting && listens(group, target, protocol) == rule.No {
			c.Violation(r, "%s is %s, which no container of %s declares", target.Path(), target.Show(), group.Owner.Title())
		}
	}
}
