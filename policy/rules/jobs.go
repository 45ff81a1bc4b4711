package rules

import "github.com/tripsage/infrastructure/policy/rule"

// jobSpec is the specification of a Job, or of those that a CronJob makes.
func jobSpec(r rule.Resource) (spec rule.Value, ok bool) {
	switch {
	case r.Is("batch", "Job"):
		return r.At("spec"), true
	case r.Is("batch", "CronJob"):
		return r.At("spec", "jobTemplate", "spec"), true
	default:
		return rule.Value{}, false
	}
}
