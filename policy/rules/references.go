package rules

import "github.com/tripsage/infrastructure/policy/rule"

// references are the rules about objects that name each other.
func references() []rule.Rule {
	return []rule.Rule{}
}
