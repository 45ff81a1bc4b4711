package rules

import "github.com/tripsage/infrastructure/policy/rule"

func primaryPodsCovered() rule.Rule {
	return rule.Rule{
		ID:       "primary-pods-covered",
		Title:    "What is for a Canary's pods is for Flagger's primary pods, too",
		Severity: rule.High,
		Reason: "Flagger renames a label of the primary pods, which take the traffic between releases. A policy or a budget " +
			"that selects by that label is for the canary alone.",
		Fix: "Select by a label that Flagger does not rename, such as app.kubernetes.io/instance, instead of app, name or " +
			"app.kubernetes.io/name.",
		Sources: []string{"Flagger, How it works: Canary target", "docs/adr/0007-who-owns-the-weights.md"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, canary := range v.all(flaggerApp, "Canary") {
				target, found := v.canaryTarget(canary)
				namespace, placed := namespaceOf(canary)
				if found != rule.Yes || !placed {
					continue
				}
				for _, r := range s.Resources {
					where, known := namespaceOf(r)
					selector := podSelector(r)
					if known && where == namespace && anySelected(v, selector, target) == rule.Yes && anySelected(v, selector, canary) == rule.No {
						c.Violation(r, "%s is %s: it selects the pods of %s, but not Flagger's copy of them", selector.Path(), selector.Show(), target.Title())
					}
				}
			}
		},
	}
}

// podSelector is how policies and budgets select pods.
func podSelector(r rule.Resource) rule.Value {
	switch {
	case r.Is("networking.k8s.io", "NetworkPolicy"):
		return r.At("spec", "podSelector")
	case r.Is("policy", "PodDisruptionBudget"), r.Is(securityIstio, "PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication"):
		return r.At("spec", "selector")
	default:
		return rule.Value{}
	}
}

// anySelected says whether the selector selects pods of that owner.
func anySelected(v stackView, selector rule.Value, owner rule.Resource) rule.Answer {
	best := rule.No
	for _, pods := range ownedBy(v.pods, owner) {
		best = max(best, rule.Selects(selector, pods.Labels))
	}
	return best
}
