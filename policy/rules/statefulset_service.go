package rules

import "github.com/tripsage/infrastructure/policy/rule"

func statefulSetService() rule.Rule {
	return rule.Rule{
		ID:       "statefulset-service",
		Title:    "A StatefulSet has a Service that knows its pods by name",
		Severity: rule.Medium,
		Reason: "The pods' names in DNS come from the Service in serviceName. Without it, or if it selects other pods, or has an " +
			"address of its own, the members of a replicated store do not find each other.",
		Fix: "Set spec.serviceName to a Service of the namespace that selects the pods; with more than one replica let it be " +
			"headless (clusterIP: None).",
		Sources: []string{"kube-score statefulset-has-servicename"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, pods := range s.Groups() {
				if pods.Owner.Is("apps", "StatefulSet") {
					governed(c, s, pods)
				}
			}
		},
	}
}

func governed(c *rule.Context, s rule.Stack, pods rule.Group) {
	name := pods.Owner.At("spec", "serviceName")
	if name.Empty() {
		c.Violation(pods.Owner, "%s is %s", name.Path(), name.Show())
	}
	if text, known := name.Text(); !known || text == "" {
		return
	}
	unsure := viewOf(s).opaque
	for _, service := range s.Objects("", "Service") {
		own := service.ObjectName()
		near := rule.SameNamespace(service, pods.Owner)
		unsure = unsure || near != rule.No && own.Unknown() || near == rule.Maybe
		if near != rule.Yes || !own.IsText(name.String()) {
			continue
		}
		selector, address := service.At("spec", "selector"), service.At("spec", "clusterIP")
		if selector.Empty() || rule.Matches(selector, pods.Labels) == rule.No {
			c.Violation(pods.Owner, "%s is %s, whose selector does not match the pods: %s", name.Path(), name.Show(), selector.Show())
		}
		if replicas, known := pods.Owner.At("spec", "replicas").Number(); known && replicas > 1 && address.NotText("None") {
			c.Violation(pods.Owner, "%s is %s, which is not headless: its clusterIP is %s", name.Path(), name.Show(), address.Show())
		}
		return
	}
	if !unsure {
		c.Violation(pods.Owner, "%s is %s, and there is no such Service", name.Path(), name.Show())
	}
}
