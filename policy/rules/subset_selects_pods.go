package rules

import "github.com/tripsage/infrastructure/policy/rule"

func subsetSelectsPods() rule.Rule {
	return rule.Rule{
		ID:       "subset-selects-pods",
		Title:    "Each subset of a DestinationRule selects pods of its Service",
		Severity: rule.High,
		Reason:   "Requests that are routed to a subset without pods are answered 503.",
		Fix:      "Make the subset's labels those of the version's pods.",
		Sources:  []string{"istioctl analyze IST0173 DestinationRuleSubsetNotSelectPods"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(networkingIstio, "DestinationRule") {
				namespace, placed := namespaceOf(r)
				host, known := r.At("spec", "host").Text()
				name, inCluster := serviceOf(host, namespace)
				service, found := v.find(objectID{"", "Service", name.namespace, name.name})
				if !placed || !known || !inCluster || found != rule.Yes {
					continue
				}
				for _, subset := range r.At("spec", "subsets").Items() {
					checkSubsetPods(c, v, r, subset.At("labels"), service)
				}
			}
		},
	}
}

func checkSubsetPods(c *rule.Context, v stackView, r rule.Resource, labels rule.Value, service rule.Resource) {
	namespace, _ := namespaceOf(service)
	selector := service.At("spec", "selector")
	_, found := v.choose(namespace, func(pods rule.Group) rule.Answer {
		return min(rule.Matches(selector, pods.Labels), rule.Matches(labels, pods.Labels))
	})
	if found == rule.No {
		c.Violation(r, "%s is %s: no pod of %s has these labels", labels.Path(), labels.Show(), service.Title())
	}
}
