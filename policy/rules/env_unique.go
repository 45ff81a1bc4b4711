package rules

import "github.com/tripsage/infrastructure/policy/rule"

func envUnique() rule.Rule {
	return rule.Rule{
		ID:       "env-unique",
		Title:    "A variable is set once",
		Severity: rule.Medium,
		Reason:   "Of two variables with one name the last one counts; whoever changes the first wonders why nothing happens.",
		Fix:      "Remove one of the two.",
		Sources:  []string{"kube-linter duplicate-env-var", "kube-score environment-variable-key-duplication"},
		Check: perContainer(func(c *rule.Context, r rule.Resource, container rule.Container) {
			seen := map[string]rule.Value{}
			for _, variable := range container.At("env").Items() {
				name, known := variable.At("name").Text()
				if first, twice := seen[name]; known && twice {
					c.Violation(r, "container %s: %s is %s, and so is %s", container.Name(),
						variable.At("name").Path(), variable.At("name").Show(), first.Path())
					continue
				}
				seen[name] = variable.At("name")
			}
		}),
	}
}
