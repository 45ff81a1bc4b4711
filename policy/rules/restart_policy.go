package rules

import "github.com/tripsage/infrastructure/policy/rule"

func restartPolicy() rule.Rule {
	return rule.Rule{
		ID:       "restart-policy",
		Title:    "The restart policy fits the workload",
		Severity: rule.Medium,
		Reason: "What serves must come back when it ends; what runs once must not, and Kubernetes refuses a Job that leaves it to " +
			"the default.",
		Fix:     "Leave restartPolicy out of a Deployment, StatefulSet or DaemonSet; set it to Never or OnFailure in a Job or CronJob.",
		Sources: []string{"kube-score cronjob-restartpolicy", "kube-linter restart-policy"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			own := pod.Spec.At("restartPolicy")
			switch {
			case !pod.Lasting() && own.NotText("Never", "OnFailure"),
				r.Group() == "apps" && !own.Missing() && own.NotText("Always"):
				c.Violation(r, "%s is %s", own.Path(), own.Show())
			}
		}),
	}
}
