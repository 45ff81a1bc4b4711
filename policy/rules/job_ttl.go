package rules

import "github.com/tripsage/infrastructure/policy/rule"

func jobTTL() rule.Rule {
	return rule.Rule{
		ID:       "job-ttl",
		Title:    "Whoever made a Job removes it",
		Severity: rule.Medium,
		Reason: "With ttlSecondsAfterFinished Kubernetes deletes the Job. Pulumi finds it gone and runs it again, a migration for " +
			"instance; and a CronJob loses the history that it keeps by its own limits.",
		Fix: "Remove ttlSecondsAfterFinished. Pulumi replaces a Job when it changes; a CronJob has successfulJobsHistoryLimit and " +
			"failedJobsHistoryLimit.",
		Sources: []string{"kube-linter job-ttl-seconds-after-finished"},
		Check: func(c *rule.Context, r rule.Resource) {
			spec, ok := jobSpec(r)
			if own := spec.At("ttlSecondsAfterFinished"); ok && own.Known() {
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		},
	}
}
