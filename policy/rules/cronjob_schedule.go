package rules

import "github.com/tripsage/infrastructure/policy/rule"

func cronJobSchedule() rule.Rule {
	return rule.Rule{
		ID:       "cronjob-schedule",
		Title:    "A CronJob says what to do when it is late",
		Severity: rule.Medium,
		Reason: "Without a deadline a CronJob that was late starts whenever it can, and after a hundred missed starts never again. " +
			"By default a run begins although the last one still works: two clean-ups, two backups at the same time.",
		Fix:     "Set startingDeadlineSeconds (10 at least: it is looked at every 10 seconds) and concurrencyPolicy to Forbid or Replace.",
		Sources: []string{"kube-score cronjob-has-deadline", "Kubernetes documentation, CronJob"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is("batch", "CronJob") {
				return
			}
			deadline, together := r.At("spec", "startingDeadlineSeconds"), r.At("spec", "concurrencyPolicy")
			if seconds, known := deadline.Number(); deadline.Missing() || known && seconds < 10 {
				c.Violation(r, "%s is %s", deadline.Path(), deadline.Show())
			}
			if together.NotText("Forbid", "Replace") {
				c.Violation(r, "%s is %s", together.Path(), together.Show())
			}
		},
	}
}
