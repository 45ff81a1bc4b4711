package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func routeWeights() rule.Rule {
	return rule.Rule{
		ID:       "route-weights",
		Title:    "The weights of a route's destinations add up to 100",
		Severity: rule.High,
		Reason: "Istio takes weights as proportions, so a version gets another share than the one written. " +
			"A destination without a weight gets nothing.",
		Fix:     "Give each destination a weight from 0 to 100, 100 in total. A single destination needs none.",
		Sources: []string{"istioctl analyze IST0106 SchemaValidationError", "deployment guide, 5.2 Canary Deployments"},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(networkingIstio, "VirtualService") {
				return
			}
			for _, protocol := range []string{"http", "tls", "tcp"} {
				for _, route := range r.At("spec", protocol).Items() {
					checkWeights(c, r, route.At("route"))
				}
			}
		},
	}
}

func checkWeights(c *rule.Context, r rule.Resource, destinations rule.Value) {
	items := destinations.Items()
	if len(items) == 0 || len(items) == 1 && items[0].At("weight").Missing() {
		return
	}
	sum, parts := 0.0, []string{}
	for _, destination := range items {
		weight := destination.At("weight")
		share, known := weight.Number()
		switch {
		case weight.Unknown():
			return
		case weight.Known() && (!known || share < 0 || share > 100):
			c.Violation(r, "%s is %s, not a number from 0 to 100", weight.Path(), weight.Show())
			return
		}
		sum += share
		parts = append(parts, weight.Show())
	}
	if sum != 100 {
		c.Violation(r, "%s: the weights (%s) do not add up to 100", destinations.Path(), strings.Join(parts, ", "))
	}
}
