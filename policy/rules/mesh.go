package rules

import "github.com/tripsage/infrastructure/policy/rule"

// mesh are the rules about Istio and Flagger.
func mesh() []rule.Rule {
	return []rule.Rule{
		routeWeights(), routeTimeout(), routeRetries(), idempotentRetries(),
		exactHosts(), gatewayHostNamespace(), gatewayTLS(),
		mtlsStrict(), namespaceMTLS(), namespaceInMesh(), meshBypass(),
		oneDestinationRule(), destinationMTLS(), outlierDetection(), connectionLimits(),
		authorizationSources(), meshDefaultDeny(),
		noEnvoyFilter(), sidecarEgress(), meshPortNames(),
		corsOrigins(), noFaultInjection(),
		canarySteps(), canaryMetrics(), canaryAnalysis(),
	}
}
