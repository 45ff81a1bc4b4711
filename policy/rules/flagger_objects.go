package rules

import (
	"github.com/tripsage/infrastructure/policy/rule"
)

// byIstio says whether Flagger drives Istio for this Canary.
func byIstio(canary rule.Resource) rule.Answer {
	switch provider := canary.At("spec", "provider"); {
	case provider.Unknown():
		return rule.Maybe
	case provider.Missing() || provider.IsText("istio"):
		return rule.Yes
	default:
		return rule.No
	}
}

// canaryTarget is the workload that Flagger releases.
func (v stackView) canaryTarget(canary rule.Resource) (target rule.Resource, answer rule.Answer) {
	reference := canary.At("spec", "targetRef")
	if reference.At("kind").IsText("Service") {
		return v.referred(canary, reference, "")
	}
	return v.referred(canary, reference, "apps")
}

// referred is the object that a reference with kind, name and apiVersion names,
// in the namespace of the object that refers to it.
func (v stackView) referred(from rule.Resource, reference rule.Value, group string) (target rule.Resource, answer rule.Answer) {
	namespace, placed := namespaceOf(from)
	kind, hasKind := reference.At("kind").Text()
	name, named := reference.At("name").Text()
	if !reference.At("apiVersion").Missing() {
		given, known := groupOf(reference.At("apiVersion"))
		if !known {
			return target, rule.Maybe
		}
		group = given
	}
	if !placed || !hasKind || !named {
		return target, rule.Maybe
	}
	return v.find(objectID{group, kind, namespace, name})
}

// canaryServices are the names of the three Services that Flagger makes; ok is
// false when they are not known.
func canaryServices(canary rule.Resource) (names []string, ok bool) {
	name := canary.At("spec", "service", "name")
	if name.Missing() {
		name = canary.At("spec", "targetRef", "name")
	}
	text, ok := name.Text()
	return []string{text, text + "-canary", text + "-primary"}, ok
}
