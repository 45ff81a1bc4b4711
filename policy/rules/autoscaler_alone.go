package rules

import "github.com/tripsage/infrastructure/policy/rule"

func autoscalerAlone() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-alone",
		Title:    "The number of replicas has one owner",
		Severity: rule.High,
		Reason: "An update sets the replicas back to what the workload says, in the middle of the load for which the autoscaler " +
			"had added pods. Two autoscalers undo each other's work.",
		Fix:     "Take spec.replicas out of the workload, and keep one autoscaler for it.",
		Sources: []string{"kube-score deployment-targeted-by-hpa-does-not-have-replicas-configured"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, r := range scaled(s) {
				scalers, _ := autoscalers(s, r)
				if own := r.At("spec", "replicas"); own.Known() && len(scalers) > 0 {
					c.Violation(r, "%s is %s, but %s sets it, too", own.Path(), own.Show(), scalers[0].Title())
				}
				if len(scalers) > 1 {
					c.Violation(r, "%s and %s both scale it", scalers[0].Title(), scalers[1].Title())
				}
			}
		},
	}
}
