package workload

import (
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

// calmSeconds is how long the load has to be low before pods go.
const calmSeconds = 300

// newAutoscaler registers an autoscaler if the bounds leave it a choice. It
// names the Deployment in plain text: waiting for the rollout would start an
// update with a single pod.
func newAutoscaler(ctx *pulumi.Context, o object.Owner, s Scaling) error {
	if !s.Autoscaled() {
		return nil
	}
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(ctx, o.Logical, &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: o.Meta(),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"),
				Kind:       pulumi.String("Deployment"),
				Name:       pulumi.String(o.Name()),
			},
			MinReplicas: pulumi.Int(s.Min),
			MaxReplicas: pulumi.Int(s.Max),
			Metrics: autoscalingv2.MetricSpecArray{
				utilization("cpu", s.CPUPercent),
				utilization("memory", s.MemoryPercent),
			},
			Behavior: scaleDownSlowly(),
		},
	}, o.Parent())
	return err
}

func utilization(name string, percent int) *autoscalingv2.MetricSpecArgs {
	return &autoscalingv2.MetricSpecArgs{
		Type: pulumi.String("Resource"),
		Resource: &autoscalingv2.ResourceMetricSourceArgs{
			Name: pulumi.String(name),
			Target: &autoscalingv2.MetricTargetArgs{
				Type:               pulumi.String("Utilization"),
				AverageUtilization: pulumi.Int(percent),
			},
		},
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
func newBudget(ctx *pulumi.Context, o object.Owner, s Scaling) error {
	_, err := policyv1.NewPodDisruptionBudget(ctx, o.Logical, &policyv1.PodDisruptionBudgetArgs{
		Metadata: o.Meta(),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(s.MaxUnavailable),
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
			Selector:                   o.Selector(),
		},
	}, o.Parent())
	return err
}
