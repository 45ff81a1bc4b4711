package rules

import "github.com/tripsage/infrastructure/policy/rule"

// mesh are the rules about Istio.
func mesh() []rule.Rule {
	return []rule.Rule{}
}
