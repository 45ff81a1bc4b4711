package rules

import "github.com/tripsage/infrastructure/policy/rule"

func jobBounds() rule.Rule {
	return rule.Rule{
		ID:       "job-bounds",
		Title:    "A Job ends, whatever happens",
		Severity: rule.Medium,
		Reason: "A Job that hangs runs for ever, and the update that waits for it, too. Six more attempts, the default, repeat for " +
			"an hour what cannot succeed.",
		Fix:     "Set activeDeadlineSeconds, and backoffLimit to how often it is worth another try.",
		Sources: []string{"Kubernetes documentation, Jobs: Job termination and cleanup"},
		Check: func(c *rule.Context, r rule.Resource) {
			spec, ok := jobSpec(r)
			if !ok {
				return
			}
			for _, field := range []string{"activeDeadlineSeconds", "backoffLimit"} {
				if own := spec.At(field); own.Missing() {
					c.Violation(r, "%s is %s", own.Path(), own.Show())
				}
			}
		},
	}
}
