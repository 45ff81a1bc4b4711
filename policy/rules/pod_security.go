package rules

import "github.com/tripsage/infrastructure/policy/rule"

// podSecurity are the rules about what a pod's processes may do.
func podSecurity() []rule.Rule {
	return append(
		podSecurityStandard(), runAsGroup(), highIDs(), readOnlyRootFilesystem(), privilegedPorts(),
		serviceAccount(), serviceAccountToken(), tokenLifetime(), serviceLinks(),
		namespacePodSecurity(), dragonflyPodSecurity(), visibleObjects(),
	)
}

// podSecurityStandard are the controls of the restricted Pod Security Standard,
// those of the baseline included, as the API server has them in version 1.34.
func podSecurityStandard() []rule.Rule {
	return []rule.Rule{
		hostProcess(), hostNamespaces(), privilegedContainers(), capabilities(), hostPaths(), volumeTypes(),
		hostPorts(), probeHosts(), appArmorProfile(), seLinuxOptions(), procMount(), seccompProfile(), sysctls(),
		privilegeEscalation(), runAsNonRoot(), runAsUser(),
	}
}
