package rules

import "github.com/tripsage/infrastructure/policy/rule"

func outlierDetection() rule.Rule {
	return rule.Rule{
		ID:       "outlier-detection",
		Title:    "Proxies stop asking pods that keep failing, but never most of them",
		Severity: rule.Medium,
		Reason: "Without it a broken pod keeps its share of the requests until its probes notice; without a limit a fault " +
			"that all pods share takes all of them away.",
		Fix: "Set trafficPolicy.outlierDetection with consecutive5xxErrors (or consecutiveGatewayErrors) above 0 and " +
			"maxEjectionPercent of at most 50.",
		Sources:    []string{"Istio, DestinationRule: OutlierDetection", "Istio, Traffic Management: Circuit breakers"},
		Parameters: []rule.Parameter{{Name: "maximumPercent", Description: "the largest share of the pods to leave out", Default: 50.0}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, policy := range trafficPolicies(r) {
				checkOutliers(c, r, policy.At("outlierDetection"))
			}
		},
	}
}

func checkOutliers(c *rule.Context, r rule.Resource, detection rule.Value) {
	errors, gateway := detection.At("consecutive5xxErrors"), detection.At("consecutiveGatewayErrors")
	most := detection.At("maxEjectionPercent")
	count, set := errors.Number()
	other, _ := gateway.Number()
	share, _ := most.Number()
	switch {
	case detection.Missing():
		c.Violation(r, "%s is missing", detection.Path())
	case set && count <= 0 && other <= 0 && !gateway.Unknown():
		c.Violation(r, "%s is %s: no pod is ever left out", errors.Path(), errors.Show())
	case share > c.Number("maximumPercent"):
		c.Violation(r, "%s is %s, more than %v", most.Path(), most.Show(), c.Number("maximumPercent"))
	}
}
