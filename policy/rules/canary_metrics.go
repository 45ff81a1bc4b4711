package rules

import "github.com/tripsage/infrastructure/policy/rule"

func canaryMetrics() rule.Rule {
	return rule.Rule{
		ID:       "canary-metrics",
		Title:    "A Canary goes on only while its metrics are good",
		Severity: rule.High,
		Reason:   "Without a metric and a threshold Flagger promotes whatever starts.",
		Fix: "List request-success-rate with thresholdRange.min and request-duration with thresholdRange.max in " +
			"spec.analysis.metrics, and give every other metric a threshold, too.",
		Sources: []string{"Flagger, Metrics Analysis", "deployment guide, 5.2 Canary Deployments"},
		Parameters: []rule.Parameter{
			{Name: "required", Description: "metrics that every Canary has", Default: []string{"request-success-rate", "request-duration"}},
			{Name: "minimumSuccess", Description: "the lowest threshold of request-success-rate, in percent", Default: 99.0},
			{Name: "maximumDuration", Description: "the highest threshold of request-duration, in milliseconds", Default: 1000.0},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(flaggerApp, "Canary") || analysisOf(r).Missing() { // canary-steps says so
				return
			}
			metrics := analysisOf(r).At("metrics")
			seen := map[string]bool{}
			for _, metric := range metrics.Items() {
				seen[metric.At("name").String()] = true
				checkMetric(c, r, metric)
			}
			for _, name := range c.Texts("required") {
				if metrics.Settled() && !seen[name] {
					c.Violation(r, "%s has no %s", metrics.Path(), name)
				}
			}
		},
	}
}

func checkMetric(c *rule.Context, r rule.Resource, metric rule.Value) {
	limits := metric.At("thresholdRange")
	least, most, old := limits.At("min"), limits.At("max"), metric.At("threshold")
	lower, hasLower := least.Number()
	upper, hasUpper := most.Number()
	if plain, ok := old.Number(); ok { // the field's old form: a minimum or a maximum, as the metric has it
		lower, upper, hasLower, hasUpper, least, most = plain, plain, true, true, old, old
	}
	switch name := metric.At("name"); {
	case least.Unknown() || most.Unknown() || old.Unknown() || metric.Unknown():
	case !hasLower && !hasUpper:
		c.Violation(r, "%s has no threshold: thresholdRange is %s", metric.Path(), limits.Show())
	case name.IsText("request-success-rate") && (!hasLower || lower < c.Number("minimumSuccess")):
		c.Violation(r, "%s is %s, not at least %v %%", least.Path(), least.Show(), c.Number("minimumSuccess"))
	case name.IsText("request-duration") && (!hasUpper || upper > c.Number("maximumDuration")):
		c.Violation(r, "%s is %s, not at most %v ms", most.Path(), most.Show(), c.Number("maximumDuration"))
	}
}
