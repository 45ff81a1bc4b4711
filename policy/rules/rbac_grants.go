package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

// rbac is the API group of roles and their bindings.
const rbac = "rbac.authorization.k8s.io"

// grant is one rule of a Role or a ClusterRole. Wildcards are not resolved: they
// have a rule of their own.
type grant struct {
	rule.Value
	groups, resources, verbs []string
	// open says that it is known not to be confined to objects that it names.
	open bool
}

// grants are the rules of a role; none of anything else.
func grants(r rule.Resource) []grant {
	if !r.Is(rbac, "Role", "ClusterRole") {
		return nil
	}
	var all []grant
	for _, one := range r.At("rules").Items() {
		all = append(all, grant{
			Value: one, groups: one.At("apiGroups").Texts(), resources: one.At("resources").Texts(),
			verbs: one.At("verbs").Texts(), open: one.At("resourceNames").Empty(),
		})
	}
	return all
}

// on are the verbs that the grant has of those, and the resources that it has
// of those of the group. Both are empty when one would be.
func (g grant) on(group string, resources, verbs []string) (has, of []string) {
	has, of = common(g.verbs, verbs), common(g.resources, resources)
	if len(has) == 0 || len(of) == 0 || !slices.Contains(g.groups, group) {
		return nil, nil
	}
	return has, of
}

// common are the elements of the first list that the second has, too.
func common(some, others []string) []string {
	var both []string
	for _, one := range some {
		if slices.Contains(others, one) {
			both = append(both, one)
		}
	}
	return both
}
