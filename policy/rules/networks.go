package rules

import "github.com/tripsage/infrastructure/policy/rule"

// networks are the rules about Services, Ingresses and NetworkPolicies.
func networks() []rule.Rule {
	return []rule.Rule{}
}
