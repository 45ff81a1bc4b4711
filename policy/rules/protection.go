package rules

import "github.com/tripsage/infrastructure/policy/rule"

// protection are the rules about labels and what must not be lost.
func protection() []rule.Rule {
	return []rule.Rule{protectedState(), standardLabels(), podLabels(), labelSyntax(), objectNames()}
}
