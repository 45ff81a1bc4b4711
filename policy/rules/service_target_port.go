package rules

import "github.com/tripsage/infrastructure/policy/rule"

func serviceTargetPort() rule.Rule {
	return rule.Rule{
		ID:       "service-target-port",
		Title:    "A Service leads to a port that its pods have",
		Severity: rule.High,
		Reason:   "The Service is there and the pods are ready, but every connection is refused; a named port that no container has leads nowhere.",
		Fix:      "Set targetPort to the name of a container's port, or to its number, and list it under the container's ports.",
		Sources:  []string{"Kubernetes documentation, Service: Port definitions", "issue 5: a Service that selects nothing"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			groups := s.Groups()
			for _, service := range s.Objects("", "Service") {
				selector := service.At("spec", "selector")
				for _, pods := range groups {
					if selector.Empty() || !pods.Settled || !pods.Lasting || pods.Owner.Is(flaggerApp, "Canary") ||
						min(rule.SameNamespace(service, pods.Owner), rule.Matches(selector, pods.Labels)) != rule.Yes {
						continue
					}
					for _, port := range service.At("spec", "ports").Items() {
						target := port.At("targetPort")
						if target.Missing() {
							target = port.At("port")
						}
						if target.Known() && leadsTo(target, port.At("protocol"), pods) == rule.No {
							c.Violation(service, "%s is %s, which is no port of %s", target.Path(), target.Show(), pods.Owner.Title())
						}
					}
				}
			}
		},
	}
}

func leadsTo(target, protocol rule.Value, pods rule.Group) rule.Answer {
	answer := rule.No
	number, byNumber := target.Number()
	for _, port := range pods.Ports {
		if byNumber && port.Number == number || !byNumber && port.Name != "" && target.IsText(port.Name) {
			answer = max(answer, isProtocol(protocol, port.Protocol))
		}
	}
	return answer
}
