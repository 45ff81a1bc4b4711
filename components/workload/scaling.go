package workload

import (
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

// calmSeconds is how long the load has to be low before pods go.
const calmSeconds = 300

// newAutoscaler registers an autoscaler if the bounds leave it a choice, or if
// Flagger decides when there are pods at all: it copies the autoscaler for its
// own Deployment. The autoscaler names ours in plain text: waiting for the
// rollout would start an update with a single pod.
func newAutoscaler(ctx *pulumi.Context, u unit) error {
	if !u.autoscaled() {
		return nil
	}
	s := u.args.Scaling
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(ctx, u.owner.Logical, &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: u.meta(),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"),
				Kind:       pulumi.String("Deployment"),
				Name:       pulumi.String(u.name),
			},
			MinReplicas: pulumi.Int(s.Min),
			MaxReplicas: pulumi.Int(s.Max),
			Metrics: autoscalingv2.MetricSpecArray{
				u.utilization("cpu", s.CPUPercent),
				u.utilization("memory", s.MemoryPercent),
			},
			Behavior: scaleDownSlowly(),
		},
	}, u.owner.Parent())
	return err
}

// autoscaled says whether somebody else than the Deployment decides the number
// of pods. Its replicas then stay out of the Deployment, or each update would
// undo the decision.
func (u unit) autoscaled() bool {
	return u.args.Scaling.Autoscaled() || u.args.Routing.Service == ServiceExternal
}

func (u unit) utilization(name string, percent int) *autoscalingv2.MetricSpecArgs {
	if u.args.Mesh {
		return containerUtilization(name, percent, u.args.Component)
	}
	return &autoscalingv2.MetricSpecArgs{
		Type: pulumi.String("Resource"),
		Resource: &autoscalingv2.ResourceMetricSourceArgs{
			Name:   pulumi.String(name),
			Target: target(percent),
		},
	}
}

func target(percent int) *autoscalingv2.MetricTargetArgs {
	return &autoscalingv2.MetricTargetArgs{
		Type:               pulumi.String("Utilization"),
		AverageUtilization: pulumi.Int(percent),
	}
}

// scaleDownSlowly takes at most half of the pods a minute, and only after calm.
// Scaling up stays at the Kubernetes default, which doubles every 15 seconds.
func scaleDownSlowly() *autoscalingv2.HorizontalPodAutoscalerBehaviorArgs {
	return &autoscalingv2.HorizontalPodAutoscalerBehaviorArgs{
		ScaleDown: &autoscalingv2.HPAScalingRulesArgs{
			StabilizationWindowSeconds: pulumi.Int(calmSeconds),
			Policies: autoscalingv2.HPAScalingPolicyArray{&autoscalingv2.HPAScalingPolicyArgs{
				Type:          pulumi.String("Percent"),
				Value:         pulumi.Int(50),
				PeriodSeconds: pulumi.Int(60),
			}},
		},
	}
}

// newBudget registers the disruption budget. Pods that are broken anyway may
// always go, or a crash loop would hold up the drain of its node for ever.
func newBudget(ctx *pulumi.Context, u unit) error {
	_, err := policyv1.NewPodDisruptionBudget(ctx, u.owner.Logical, &policyv1.PodDisruptionBudgetArgs{
		Metadata: u.meta(),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(u.args.Scaling.MaxUnavailable),
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
			Selector:                   &metav1.LabelSelectorArgs{MatchLabels: labels.Input(u.budgetPods())},
		},
	}, u.owner.Parent())
	return err
}
