package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

// All are the rules, by subject.
func All() []rule.Rule {
	return slices.Concat(
		podSecurity(), workloads(), networks(), access(), mesh(), references(),
		secrets(), cache(), protection(), frontend(), delivery(),
	)
}
