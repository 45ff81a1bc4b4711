package rules

import "github.com/tripsage/infrastructure/policy/rule"

func canaryAnalysis() rule.Rule {
	return rule.Rule{
		ID:       "canary-analysis",
		Title:    "A Canary is watched long enough and rolled back after a few failed checks",
		Severity: rule.High,
		Reason:   "With checks left out, too close together or too patient, a bad release reaches everybody before it is taken back.",
		Fix: "Leave skipAnalysis out, set spec.analysis.interval to at least the time in which metrics arrive, and threshold " +
			"to a small number of failed checks.",
		Sources: []string{"Flagger, How it works: Canary analysis", "deployment guide, 5.2 Canary Deployments"},
		Parameters: []rule.Parameter{
			{Name: "minimumSeconds", Description: "the shortest interval", Default: 30.0},
			{Name: "maximumFailures", Description: "the highest threshold", Default: 10.0},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(flaggerApp, "Canary") {
				return
			}
			if skipped := r.At("spec", "skipAnalysis"); skipped.True() {
				c.Violation(r, "%s is true", skipped.Path())
			}
			if analysis := analysisOf(r); !analysis.Missing() {
				checkPace(c, r, analysis)
			}
		},
	}
}

func checkPace(c *rule.Context, r rule.Resource, analysis rule.Value) {
	interval, threshold := analysis.At("interval"), analysis.At("threshold")
	shortest := c.Number("minimumSeconds")
	if pause, ok := duration(interval); !interval.Unknown() && (!ok || pause.Seconds() < shortest) {
		c.Violation(r, "%s is %s, not at least %v s", interval.Path(), interval.Show(), shortest)
	}
	if failures, ok := threshold.Number(); !threshold.Unknown() && (!ok || failures < 1 || failures > c.Number("maximumFailures")) {
		c.Violation(r, "%s is %s, not from 1 to %v", threshold.Path(), threshold.Show(), c.Number("maximumFailures"))
	}
}
