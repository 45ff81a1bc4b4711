package rules

import "github.com/tripsage/infrastructure/policy/rule"

func jobProbes() rule.Rule {
	return rule.Rule{
		ID:       "job-probes",
		Title:    "Jobs have no probes",
		Severity: rule.Medium,
		Reason: "Nobody sends requests to a Job, so nobody asks whether it is ready; and a liveness probe kills work that is only " +
			"slow, a migration in its middle for instance.",
		Fix:     "Remove the probes; limit the time with activeDeadlineSeconds.",
		Sources: []string{"kube-score pod-probes", "Kubernetes documentation, Jobs"},
		Check: perPod(func(c *rule.Context, r rule.Resource, pod rule.Pod) {
			if pod.Lasting() {
				return
			}
			for _, container := range pod.Main() {
				for _, field := range probeFields() {
					if probe := container.At(field); probe.Known() {
						c.Violation(r, "container %s: %s is %s", container.Name(), probe.Path(), probe.Show())
					}
				}
			}
		}),
	}
}
