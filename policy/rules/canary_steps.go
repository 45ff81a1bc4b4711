package rules

import "github.com/tripsage/infrastructure/policy/rule"

func canarySteps() rule.Rule {
	return rule.Rule{
		ID:       "canary-steps",
		Title:    "A Canary gets its traffic in steps of at most 100 %",
		Severity: rule.High,
		Reason:   "A release that takes all traffic in one or two steps is no canary: its faults meet everybody.",
		Fix: "Set spec.analysis.stepWeight and maxWeight such that there are at least three steps, or rising stepWeights, or " +
			"iterations for blue/green.",
		Sources: []string{"Flagger, Deployment Strategies: Canary Release", "deployment guide, 5.2 Canary Deployments"},
		Parameters: []rule.Parameter{
			{Name: "minimum", Description: "the fewest steps", Default: 3.0},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			if !r.Is(flaggerApp, "Canary") {
				return
			}
			analysis := analysisOf(r)
			iterations, list := analysis.At("iterations"), analysis.At("stepWeights")
			rounds, _ := iterations.Number()
			switch {
			case iterations.Unknown() || list.Unknown() || rounds > 0 && list.Empty():
			case analysis.Missing():
				c.Violation(r, "%s is missing", analysis.Path())
			case !list.Empty():
				checkStepList(c, r, list)
			default:
				checkStepWeight(c, r, analysis)
			}
		},
	}
}

// analysisOf is what Flagger calls the checks between the steps; the second
// field is its old name.
func analysisOf(canary rule.Resource) rule.Value {
	analysis, old := canary.At("spec", "analysis"), canary.At("spec", "canaryAnalysis")
	if analysis.Missing() && !old.Missing() {
		return old
	}
	return analysis
}

func checkStepList(c *rule.Context, r rule.Resource, list rule.Value) {
	before := 0.0
	for _, item := range list.Items() {
		weight, known := item.Number()
		if known && (weight <= before || weight > 100) {
			c.Violation(r, "%s is %s: the weights have to rise, and to 100 at most", item.Path(), item.Show())
			return
		}
		before = max(before, weight)
	}
	if float64(len(list.Items())) < c.Number("minimum") {
		c.Violation(r, "%s has fewer than %v steps", list.Path(), c.Number("minimum"))
	}
}

func checkStepWeight(c *rule.Context, r rule.Resource, analysis rule.Value) {
	step, most := analysis.At("stepWeight"), analysis.At("maxWeight")
	size, sized := step.Number()
	limit, limited := most.Number()
	switch {
	case step.Unknown() || most.Unknown():
	case !sized || size <= 0:
		c.Violation(r, "%s is %s: there are no steps", step.Path(), step.Show())
	case !limited || limit <= 0 || limit > 100:
		c.Violation(r, "%s is %s, not from 1 to 100", most.Path(), most.Show())
	case limit/size < c.Number("minimum"):
		c.Violation(r, "%s: there are fewer than %[4]v steps of %[2]s up to %[3]s", step.Path(), step.Show(), most.Show(), c.Number("minimum"))
	}
}
