package rules

import "github.com/tripsage/infrastructure/policy/rule"

// references are the rules about objects that name each other.
func references() []rule.Rule {
	return []rule.Rule{
		serviceSelectsPods(), serviceTargetPort(), ingressBackend(), monitorSelects(),
		autoscalerTarget(), disruptionBudgetSelectsPods(),
		networkPolicySelectsPods(), networkPeersExist(), policyPorts(),
		configExists(), serviceAccountExists(), roleBindingReferences(),
		routeDestination(), subsetSelectsPods(), routeGateway(), gatewayHostRouted(), oneOwnerOfWeights(),
		meshPolicySelectsPods(), meshCallersExist(),
		canaryReferences(), primaryPodsCovered(),
		uniqueObjects(), declaredNamespace(),
	}
}
