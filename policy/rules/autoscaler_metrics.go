package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func autoscalerMetrics() rule.Rule {
	return rule.Rule{
		ID:       "autoscaler-metrics",
		Title:    "An autoscaler has something to go by",
		Severity: rule.Medium,
		Reason: "Without a metric and its target, or with one of a container that the pods do not have, the autoscaler never " +
			"scales, however great the load.",
		Fix:     "Give spec.metrics an entry with a target, such as averageUtilization, and let containerResource name a container of the pods.",
		Sources: []string{"deployment guide, 6.2 Horizontal Pod Autoscaling", "Kubernetes documentation, Horizontal Pod Autoscaling"},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for _, r := range s.Objects("autoscaling", "HorizontalPodAutoscaler") {
				metrics := r.At("spec", "metrics")
				if metrics.Empty() && r.At("spec", "targetCPUUtilizationPercentage").Missing() {
					c.Violation(r, "%s is %s", metrics.Path(), metrics.Show())
				}
				for _, metric := range metrics.Items() {
					metricTarget(c, r, metric)
					metricContainer(c, s, r, metric.At("containerResource", "container"))
				}
			}
		},
	}
}

// metricTarget judges what a metric aims at.
func metricTarget(c *rule.Context, r rule.Resource, metric rule.Value) {
	kind, known := metric.At("type").Text()
	if !known || kind == "" {
		return
	}
	aim := metric.At(strings.ToLower(kind[:1])+kind[1:], "target")
	for _, field := range []string{"averageUtilization", "averageValue", "value"} {
		if !isUnset(aim.At(field)) {
			return
		}
	}
	c.Violation(r, "%s is %s", aim.Path(), aim.Show())
}

// metricContainer judges whether all pods of the autoscaler's target have the one that
// a metric is of.
func metricContainer(c *rule.Context, s rule.Stack, r rule.Resource, wanted rule.Value) {
	name, known := wanted.Text()
	if !known {
		return
	}
	for _, workload := range s.Objects("apps", "Deployment", "StatefulSet") {
		pod, _ := workload.Pod()
		if namesWorkload(r, r.At("spec", "scaleTargetRef"), workload) != rule.Yes || !pod.Spec.At("containers").Settled() {
			continue
		}
		found := false
		for _, one := range pod.Main() {
			found = found || one.At("name").IsText(name)
		}
		if !found {
			c.Violation(r, "%s is %s, which is no container of %s", wanted.Path(), wanted.Show(), workload.Title())
		}
	}
}
