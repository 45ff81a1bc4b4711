package rules

import (
	"maps"
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func meshDefaultDeny() rule.Rule {
	return rule.Rule{
		ID:       "mesh-default-deny",
		Title:    "A namespace in the mesh allows no caller that is not named",
		Severity: rule.High,
		Reason:   "Where no AuthorizationPolicy selects a pod, the whole mesh may call it.",
		Fix:      "Add an AuthorizationPolicy with an empty spec to the namespace, and one that allows for each caller.",
		Sources:  []string{"Istio, Security Best Practices: Use default-deny patterns", "deployment guide, 10.1 Network Security"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			v := viewOf(s)
			namespaces := meshedNamespaces(v)
			for _, name := range slices.Sorted(maps.Keys(namespaces)) {
				if v.has(securityIstio, "AuthorizationPolicy", name, allowsNobody) == rule.No {
					c.Violation(namespaces[name],
						"namespace %s is in the mesh and has no AuthorizationPolicy that closes all of its pods", name)
				}
			}
		},
	}
}

// allowsNobody says whether the policy closes the whole namespace: it allows,
// and has no rule that says whom.
func allowsNobody(r rule.Resource) rule.Answer {
	answer := min(everyPod(r), allows(r))
	rules := r.At("spec", "rules")
	switch {
	case rules.Unknown():
		return min(answer, rule.Maybe)
	case rules.Empty():
		return answer
	default:
		return rule.No
	}
}

// allows says whether the policy's rules are those of whom it lets in.
func allows(r rule.Resource) rule.Answer {
	switch action := r.At("spec", "action"); {
	case action.Unknown():
		return rule.Maybe
	case action.Missing() || action.IsText("ALLOW"):
		return rule.Yes
	default:
		return rule.No
	}
}
