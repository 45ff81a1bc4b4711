package rules

import "github.com/tripsage/infrastructure/policy/rule"

// podSecurity are the rules about what a pod's processes may do.
func podSecurity() []rule.Rule {
	return []rule.Rule{
		runAsNonRoot(),
	}
}
