package rules

import (
	"fmt"

	"github.com/tripsage/infrastructure/policy/rule"
)

func hostAntiAffinity() rule.Rule {
	return rule.Rule{
		ID:       "host-anti-affinity",
		Title:    "Replicas keep off each other's node",
		Severity: rule.Medium,
		Reason:   "Two pods on one node are gone together when it fails, and an update of the node is an outage.",
		Fix: "Set affinity.podAntiAffinity for the pods' own labels with topologyKey kubernetes.io/hostname, or a topology " +
			"spread constraint for it with whenUnsatisfiable: DoNotSchedule.",
		Sources: []string{
			"kube-linter no-anti-affinity", "kube-score deployment-has-host-podantiaffinity",
			"kube-score statefulset-has-host-podantiaffinity",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			spread, ok := spreadOf(r)
			if !ok || !replicated(r) || !spread.affinity.Settled() || !spread.constraints.Settled() {
				return
			}
			own := spread.affinity.At("podAntiAffinity")
			for _, term := range own.At("requiredDuringSchedulingIgnoredDuringExecution").Items() {
				if keepsOff(spread, term) {
					return
				}
			}
			for _, term := range own.At("preferredDuringSchedulingIgnoredDuringExecution").Items() {
				if keepsOff(spread, term.At("podAffinityTerm")) {
					return
				}
			}
			for _, constraint := range spread.constraints.Items() {
				if constraint.At("whenUnsatisfiable").IsText("DoNotSchedule") && keepsOff(spread, constraint) {
					return
				}
			}
			c.Violation(r, "%s", unspread(own, "its own pods on one node"))
		},
	}
}

// keepsOff says that the term is about the pods themselves, on one node.
func keepsOff(spread spreadable, term rule.Value) bool {
	return term.At("topologyKey").IsText(hostKey) && spread.selects(term.At("labelSelector")) != rule.No
}

func unspread(found rule.Value, what string) string {
	if found.Empty() {
		return fmt.Sprintf("%s is %s", found.Path(), found.Show())
	}
	return fmt.Sprintf("%s says nothing of %s: %s", found.Path(), what, found.Show())
}
