package analyzer_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rules"
)

// realRules are those that the profiles name.
func realRules() []rule.Rule { return rules.All() }

func keepsSecrets() rule.Rule {
	r := small()
	r.ID = "keeps"
	r.Remedy = func(r rule.Resource) (property.Map, bool) {
		raw, _ := r.Properties.Raw()
		return rule.Set(raw.AsMap(), property.New("new"), "data", "added")
	}
	return r
}
