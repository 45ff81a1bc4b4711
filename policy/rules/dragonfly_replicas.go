package rules

import "github.com/tripsage/infrastructure/policy/rule"

func dragonflyReplicas() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-replicas",
		Title:    "Dragonfly has replicas, and they are the operator's",
		Severity: rule.Medium,
		Reason: "With one pod the cache is gone for the time of every restart. Several pods of a Deployment or StatefulSet do not know " +
			"each other: behind one Service, each client would see several caches with different contents.",
		Fix: "Use the operator's custom resource with spec.replicas, which count the master too; give a Deployment replicas: 1.",
		Sources: []string{
			"Dragonfly Operator documentation, Dragonfly Configuration: replicas", "Dragonfly documentation, Replication", "kube-score deployment-replicas",
		},
		Parameters: []rule.Parameter{
			{Name: "minimum", Default: 2.0, Description: "How many pods there must be at least, the master among them."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			minimum, replicas := c.Number("minimum"), r.At("spec", "replicas")
			for _, d := range dragonflyServers(r) {
				count, known := replicas.Number()
				switch {
				case d.operated && (known && count < minimum || replicas.Missing() && minimum > 1):
					c.Violation(r, "%s is %s, at least %.0f wanted", replicas.Path(), replicas.Show(), minimum)
				case d.operated:
				case known && count > 1:
					c.Violation(r, "%s is %s, which makes as many caches that know nothing of each other", replicas.Path(), replicas.Show())
				case minimum > 1:
					c.Violation(r, "a %s cannot replicate, and at least %.0f pods are wanted", r.Kind(), minimum)
				}
			}
		},
	}
}
