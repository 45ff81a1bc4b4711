package rules

import "github.com/tripsage/infrastructure/policy/rule"

// scaled are the workloads of a stack whose pods are counted.
func scaled(s rule.Stack) []rule.Resource { return s.Objects("apps", "Deployment", "StatefulSet") }

// autoscalers are the autoscalers of the workload: those that name it, and
// whether there may be others.
func autoscalers(s rule.Stack, workload rule.Resource) (all []rule.Resource, perhaps bool) {
	for _, scaler := range s.Objects("autoscaling", "HorizontalPodAutoscaler") {
		switch namesWorkload(scaler, scaler.At("spec", "scaleTargetRef"), workload) {
		case rule.Yes:
			all = append(all, scaler)
		case rule.Maybe:
			perhaps = true
		case rule.No:
		}
	}
	return all, perhaps
}

// namesWorkload says whether a reference with kind and name, in an object beside it, is
// to that workload.
func namesWorkload(from rule.Resource, reference rule.Value, workload rule.Resource) rule.Answer {
	name := workload.ObjectName()
	kind := reference.At("kind")
	switch {
	case !kind.Unknown() && !kind.IsText(workload.Kind()):
		return rule.No
	case !name.Unknown() && !reference.At("name").Unknown() && (!name.Known() || !reference.At("name").IsText(name.String())):
		return rule.No
	case kind.Unknown() || name.Unknown() || reference.At("name").Unknown():
		return min(rule.Maybe, rule.SameNamespace(from, workload))
	}
	return rule.SameNamespace(from, workload)
}

// leastReplicas are how many pods a workload has at least: what it says, or its
// autoscaler. known is false while something about that is unknown.
func leastReplicas(s rule.Stack, workload rule.Resource) (least float64, from rule.Value, known bool) {
	own := workload.At("spec", "replicas")
	scalers, perhaps := autoscalers(s, workload)
	if perhaps || own.Unknown() {
		return 0, own, false
	}
	if len(scalers) > 0 {
		own = scalers[0].At("spec", "minReplicas")
	}
	if own.Missing() {
		return 1, own, true
	}
	least, known = own.Number()
	return least, own, known
}

// mayBeSeveral says that the workload has, or may come to have, more than one pod: it
// is not known to have fewer.
func mayBeSeveral(workload rule.Resource) bool {
	own := workload.At("spec", "replicas")
	count, known := own.Number()
	return known && count >= 2 || own.Missing()
}
