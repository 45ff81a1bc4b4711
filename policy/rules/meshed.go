package rules

import "github.com/tripsage/infrastructure/policy/rule"

// meshed says whether Istio puts its proxy into the pods of the namespace, or
// takes their traffic without one (ambient).
func meshed(namespace rule.Resource) rule.Answer {
	labels := namespace.At("metadata", "labels")
	inject, revision, mode := labels.At("istio-injection"), labels.At("istio.io/rev"), labels.At("istio.io/dataplane-mode")
	switch {
	case inject.IsText("disabled"):
		return rule.No
	case inject.Unknown():
		return rule.Maybe
	case inject.IsText("enabled") || !revision.Empty() && revision.Known() || mode.IsText("ambient"):
		return rule.Yes
	case revision.Unknown() || mode.Unknown():
		return rule.Maybe
	default:
		return rule.No
	}
}

// meshedNamespaces are the names of the namespaces that are in the mesh for
// certain, with their objects.
func meshedNamespaces(v stackView) map[string]rule.Resource {
	found := map[string]rule.Resource{}
	for _, namespace := range v.all("", "Namespace") {
		if name, known := namespace.ObjectName().Text(); known && meshed(namespace) == rule.Yes {
			found[name] = namespace
		}
	}
	return found
}

// has says whether one of the kind's objects in the namespace passes the test.
func (v stackView) has(group, kind, namespace string, test func(r rule.Resource) rule.Answer) rule.Answer {
	best := rule.No
	if v.opaque {
		best = rule.Maybe
	}
	for _, r := range v.all(group, kind) {
		switch name, known := namespaceOf(r); {
		case !known:
			best = max(best, min(test(r), rule.Maybe))
		case name == namespace:
			best = max(best, test(r))
		}
	}
	return best
}
