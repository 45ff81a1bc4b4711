package rules

import (
	"github.com/tripsage/infrastructure/policy/rule"
)

// byIstio says that Flagger drives Istio for this Canary, or may.
func byIstio(canary rule.Resource) bool {
	provider := canary.At("spec", "provider")
	return provider.Missing() || provider.IsText("istio")
}

// canaryTarget is the workload that Flagger releases.
func (v stackView) canaryTarget(canary rule.Resource) (target rule.Resource, answer rule.Answer) {
	return v.referred(canary, canary.At("spec", "targetRef"), "apps")
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
