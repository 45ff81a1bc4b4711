package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	nodeKey = "kubernetes.io/hostname"
	zoneKey = "topology.kubernetes.io/zone"
)

// spread evens out the pods of one revision over zones and nodes. Without the
// revision, old pods would count during an update and leave the new ones uneven.
func spread(o object.Owner) corev1.TopologySpreadConstraintArray {
	var out corev1.TopologySpreadConstraintArray
	for _, key := range []string{zoneKey, nodeKey} {
		out = append(out, &corev1.TopologySpreadConstraintArgs{
			MaxSkew:           pulumi.Int(1),
			TopologyKey:       pulumi.String(key),
			WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
			LabelSelector:     o.Selector(),
			MatchLabelKeys:    pulumi.ToStringArray([]string{"pod-template-hash"}),
		})
	}
	return out
}

// apart prefers a node that holds no other pod of the workload.
func apart(o object.Owner) *corev1.AffinityArgs {
	return &corev1.AffinityArgs{PodAntiAffinity: &corev1.PodAntiAffinityArgs{
		PreferredDuringSchedulingIgnoredDuringExecution: corev1.WeightedPodAffinityTermArray{
			&corev1.WeightedPodAffinityTermArgs{
				Weight: pulumi.Int(100),
				PodAffinityTerm: &corev1.PodAffinityTermArgs{
					TopologyKey:   pulumi.String(nodeKey),
					LabelSelector: o.Selector(),
				},
			},
		},
	}}
}
