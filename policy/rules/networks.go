package rules

import "github.com/tripsage/infrastructure/policy/rule"

// networks are the rules about Services, Ingresses and NetworkPolicies.
func networks() []rule.Rule {
	return []rule.Rule{
		serviceType(), serviceSelector(), servicePorts(), ingressHosts(), ingressTLS(),
		networkDefaultDeny(), networkPolicyBroad(), networkPolicyPorts(), networkPolicyWorld(), networkPolicyTypes(),
		networkPolicySubject(), networkDNS(), networkReachable(), networkEdges(), networkOperator(),
	}
}
