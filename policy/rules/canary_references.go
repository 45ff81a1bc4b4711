package rules

import "github.com/tripsage/infrastructure/policy/rule"

func canaryReferences() rule.Rule {
	return rule.Rule{
		ID:       "canary-references",
		Title:    "A Canary names a workload, its port, its autoscaler and metrics that exist",
		Severity: rule.High,
		Reason:   "Flagger does not start a release, or halts it, when it does not find what the Canary names.",
		Fix:      "Correct the kind and the name; workload and autoscaler have to be in the Canary's namespace, and the autoscaler has to scale that workload.",
		Sources:  []string{"Flagger, How it works: Canary target", "Flagger, Metrics Analysis: Custom metrics"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range v.all(flaggerApp, "Canary") {
				reference := r.At("spec", "targetRef")
				target, found := v.canaryTarget(r)
				if found == rule.No {
					c.Violation(r, "%s is %s: the stack has no such object in the namespace", reference.Path(), reference.Show())
				}
				pods, port := ownedBy(v.pods, target), r.At("spec", "service", "targetPort")
				if found == rule.Yes && len(pods) > 0 && !port.Missing() && !anyListens(pods, port, rule.Value{}) {
					c.Violation(r, "%s is %s, which no container of %s declares", port.Path(), port.Show(), target.Title())
				}
				checkAutoscalerRef(c, v, r)
				for _, metric := range analysisOf(r).At("metrics").Items() {
					checkFlaggerRef(c, v, r, metric.At("templateRef"), "MetricTemplate")
				}
				for _, alert := range analysisOf(r).At("alerts").Items() {
					checkFlaggerRef(c, v, r, alert.At("providerRef"), "AlertProvider")
				}
			}
		},
	}
}

func checkAutoscalerRef(c *rule.Context, v stackView, r rule.Resource) {
	reference, target := r.At("spec", "autoscalerRef"), r.At("spec", "targetRef", "name")
	if reference.Missing() || reference.At("kind").NotText("HorizontalPodAutoscaler") {
		return
	}
	scaler, found := v.referred(r, reference, "autoscaling")
	scaled := scaler.At("spec", "scaleTargetRef", "name")
	switch {
	case found == rule.No:
		c.Violation(r, "%s is %s: the stack has no such object in the namespace", reference.Path(), reference.Show())
	case found == rule.Yes && target.Known() && scaled.NotText(target.String()):
		c.Violation(r, "%s is %s, but %s scales %s", target.Path(), target.Show(), scaler.Title(), scaled.Show())
	}
}

// checkFlaggerRef wants an object of Flagger's to exist where the stack is to
// have it.
func checkFlaggerRef(c *rule.Context, v stackView, r rule.Resource, reference rule.Value, kind string) {
	where := reference.At("namespace")
	namespace, placed := where.Text()
	if where.Missing() {
		namespace, placed = namespaceOf(r)
	}
	name, known := reference.At("name").Text()
	if !known || !placed || v.owns(namespace) != rule.Yes {
		return
	}
	if _, found := v.find(objectID{flaggerApp, kind, namespace, name}); found == rule.No {
		c.Violation(r, "%s is %s: the stack has no such %s in namespace %s", reference.At("name").Path(), reference.At("name").Show(), kind, namespace)
	}
}
