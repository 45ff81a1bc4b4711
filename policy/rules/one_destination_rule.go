package rules

import "github.com/tripsage/infrastructure/policy/rule"

func oneDestinationRule() rule.Rule {
	return rule.Rule{
		ID:       "one-destination-rule",
		Title:    "A host has one DestinationRule",
		Severity: rule.High,
		Reason: "Istio takes the traffic policy of the one that it saw first, and adds up the subsets: which limits and which TLS " +
			"apply depends on the order of events.",
		Fix:     "Merge the two into one.",
		Sources: []string{"Istio, Traffic Management Best Practices: Split large virtual services and destination rules"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			first := map[string]rule.Resource{}
			for _, r := range s.Objects(networkingIstio, "DestinationRule") {
				namespace, placed := namespaceOf(r)
				host := r.At("spec", "host")
				name, known := host.Text()
				if !placed || !known || !r.At("spec", "workloadSelector").Missing() {
					continue
				}
				id := namespace + "/" + name
				if service, inCluster := serviceOf(name, namespace); inCluster {
					id = namespace + "/" + service.name + "." + service.namespace + ".svc"
				}
				if other, taken := first[id]; taken && other.URN != r.URN {
					c.Violation(r, "%s is %s, for which there is %s", host.Path(), host.Show(), other.Title())
				} else if !taken {
					first[id] = r
				}
			}
		},
	}
}
