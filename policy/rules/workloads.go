package rules

import "github.com/tripsage/infrastructure/policy/rule"

// workloads are the rules about what runs and how many of it.
func workloads() []rule.Rule {
	return []rule.Rule{}
}
