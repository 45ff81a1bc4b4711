package rules

import (
	"slices"

	"github.com/tripsage/infrastructure/policy/rule"
)

func replicasMinimum() rule.Rule {
	return rule.Rule{
		ID:       "replicas-minimum",
		Title:    "What serves has enough replicas",
		Severity: rule.High,
		Reason:   "With one pod each update of a node is an outage; with two, an update during a failure is one.",
		Fix: "Set spec.replicas, or let an autoscaler with minReplicas decide. Name a workload of which there must not be two " +
			"in the parameter singletons.",
		Sources: []string{
			"kube-score deployment-replicas", "kube-linter minimum-three-replicas", "deployment guide, 6.1 Resource Management",
		},
		Parameters: []rule.Parameter{
			{Name: "minimum", Description: "How many replicas a workload without an autoscaler has at least.", Default: 3.0},
			{
				Name:        "one",
				Description: "Names of workloads of which one is enough: no user waits for them while they start again.",
				Default:     []string{"alertmanager", "grafana", "kube-state-metrics", "postgres-exporter", "prometheus"},
			},
			singletonsParameter(),
		},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, r := range scaled(s) {
				name, named := r.ObjectName().Text()
				own := r.At("spec", "replicas")
				scalers, perhaps := autoscalers(s, r)
				if !named || perhaps || len(scalers) > 0 || own.Unknown() {
					continue
				}
				count, known := own.Number()
				if own.Missing() {
					count, known = 1, true
				}
				minimum := c.Number("minimum")
				if slices.Contains(c.Texts("one"), name) {
					minimum = min(minimum, 1)
				}
				switch single := slices.Contains(c.Texts("singletons"), name); {
				case !known:
					c.Violation(r, "%s is no number: %s", own.Path(), own.Show())
				case single && count != 1:
					c.Violation(r, "%s is %s, but there must be one of it", own.Path(), own.Show())
				case !single && count < minimum:
					c.Violation(r, "%s is %s; the minimum is %v", own.Path(), own.Show(), minimum)
				}
			}
		},
	}
}

// singletonsParameter names what runs alone on purpose.
func singletonsParameter() rule.Parameter {
	return rule.Parameter{
		Name:        "singletons",
		Description: "Names of workloads of which there must not be two at a time: a cache or a database without replication.",
		Default:     []string{"dragonfly"}, // dragonfly-replicas wants the operator's instead
	}
}
