package rules

import "github.com/tripsage/infrastructure/policy/rule"

// spreadable is what is said of where the pods of an object may run.
type spreadable struct {
	affinity, constraints rule.Value
	// selects says whether a selector means the pods themselves.
	selects func(selector rule.Value) rule.Answer
}

// spreadOf is that of a workload, or of what an operator makes of an object. ok is
// false for those that say nothing of it.
func spreadOf(r rule.Resource) (found spreadable, ok bool) {
	if r.Is("dragonflydb.io", "Dragonfly") {
		// The operator's labels are a group's.
		group := rule.Stack{Resources: []rule.Resource{r}}.Groups()[0]
		return spreadable{
			affinity: r.At("spec", "affinity"), constraints: r.At("spec", "topologySpreadConstraints"),
			selects: func(selector rule.Value) rule.Answer { return rule.Selects(selector, group.Labels) },
		}, true
	}
	pod, ok := r.Pod()
	if !ok {
		return spreadable{}, false
	}
	return spreadable{
		affinity: pod.Spec.At("affinity"), constraints: pod.Spec.At("topologySpreadConstraints"),
		selects: func(selector rule.Value) rule.Answer { return rule.Selects(selector, pod.Metadata.At("labels")) },
	}, true
}

// replicated says that it is a workload of which there may be several pods.
func replicated(r rule.Resource) bool {
	return (r.Is("apps", "Deployment", "StatefulSet") || r.Is("dragonflydb.io", "Dragonfly")) && mayBeSeveral(r)
}

// The keys of nodes' labels.
const (
	hostKey = "kubernetes.io/hostname"
	zoneKey = "topology.kubernetes.io/zone"
)
