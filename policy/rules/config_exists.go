package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func configExists() rule.Rule {
	return rule.Rule{
		ID:       "config-exists",
		Title:    "The ConfigMaps, Secrets and claims that pods need are in the stack",
		Severity: rule.High,
		Reason:   "A pod that names what is not there does not start, and a rollout that cannot finish stays half done.",
		Fix: "Correct the name or the key, declare the object, or set optional. List what somebody else makes in outside, " +
			"as Secret/registry.",
		Sources: []string{"Kubernetes, ConfigMaps: Using ConfigMaps as files from a Pod", "Kubernetes, Secrets: Using a Secret"},
		Parameters: []rule.Parameter{
			{Name: "outside", Description: "objects that somebody else makes, as Kind/name", Default: []string{}},
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			for _, r := range s.Resources {
				for _, reference := range configReferences(r) {
					checkConfig(c, v, r, reference)
				}
			}
		},
	}
}

func checkConfig(c *rule.Context, v stackView, r rule.Resource, reference configReference) {
	name, known := reference.name.Text()
	namespace, placed := namespaceOf(r)
	if !known || !placed || reference.optional || slices.Contains(c.Texts("outside"), reference.kind+"/"+name) {
		return
	}
	object, found := v.config(reference.kind, namespace, name)
	switch found {
	case rule.No:
		c.Violation(r, "%s is %s: the stack has no such %s in namespace %s",
			reference.name.Path(), reference.name.Show(), reference.kind, namespace)
	case rule.Yes:
		for _, key := range reference.keys {
			if text, known := key.Text(); known && hasEntry(object, text) == rule.No {
				c.Violation(r, "%s is %s, which %s does not have", key.Path(), key.Show(), object.Title())
			}
		}
	}
}
