package dragonfly

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	nodeKey = "kubernetes.io/hostname"
	zoneKey = "topology.kubernetes.io/zone"
)

func podSelector(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: ReplicatedSelector(name)}
}

// spread evens the pods out: strictly over nodes, because a replica beside its
// master is lost with it, and over zones as far as it goes. Nodes that no pod
// may use do not count, or a tainted pool would keep the pods from starting.
func spread(name string) []corev1.TopologySpreadConstraint {
	honor := corev1.NodeInclusionPolicyHonor
	return []corev1.TopologySpreadConstraint{
		{
			MaxSkew: 1, TopologyKey: nodeKey, WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: podSelector(name), NodeTaintsPolicy: &honor,
		},
		{
			MaxSkew: 1, TopologyKey: zoneKey, WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector: podSelector(name), NodeTaintsPolicy: &honor,
		},
	}
}

// apart prefers a node without another pod of the cache; spread alone lets two
// share one when there are fewer nodes than pods.
func apart(name string) *corev1.Affinity {
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
		PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{{
			Weight:          100,
			PodAffinityTerm: corev1.PodAffinityTerm{TopologyKey: nodeKey, LabelSelector: podSelector(name)},
		}},
	}}
}

// podSecurity and containerSecurity are what package hardening gives to pods
// that we make ourselves, in the types of the operator's resource.
func podSecurity() *corev1.PodSecurityContext {
	yes, id, policy := true, int64(userID), corev1.FSGroupChangeOnRootMismatch
	return &corev1.PodSecurityContext{
		RunAsNonRoot: &yes, RunAsUser: &id, RunAsGroup: &id,
		FSGroup: &id, FSGroupChangePolicy: &policy,
		SeccompProfile: runtimeDefault(),
	}
}

func containerSecurity() *corev1.SecurityContext {
	yes, no, id := true, false, int64(userID)
	return &corev1.SecurityContext{
		RunAsNonRoot: &yes, RunAsUser: &id, RunAsGroup: &id,
		Privileged: &no, AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes,
		Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile: runtimeDefault(),
	}
}

func runtimeDefault() *corev1.SeccompProfile {
	return &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
}
