package rules

import "github.com/tripsage/infrastructure/policy/rule"

func uniqueObjects() rule.Rule {
	return rule.Rule{
		ID:       "unique-objects",
		Title:    "No two resources are the same object",
		Severity: rule.High,
		Reason:   "They overwrite each other on every update, and deleting one takes the object from both.",
		Fix:      "Remove one of the two, or give it another metadata.name.",
		Sources:  []string{"Kubernetes, Object Names and IDs"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			first := map[objectID]rule.Resource{}
			for _, r := range s.Resources {
				namespace, placed := namespaceOf(r)
				name, known := r.ObjectName().Text()
				if r.Kind() == "" || !placed || !known || isPatch(r) {
					continue
				}
				id := objectID{r.Group(), r.Kind(), namespace, name}
				if other, taken := first[id]; taken && other.URN != r.URN {
					c.Violation(r, "resource %s is the same object as resource %s", r.Name, other.Name)
				} else if !taken {
					first[id] = r
				}
			}
		},
	}
}
