package workload

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
)

func newDeployment(ctx *pulumi.Context, u unit, in podInputs) (*appsv1.Deployment, error) {
	template, err := podTemplate(u.owner, u.args, in)
	if err != nil {
		return nil, err
	}
	spec := &appsv1.DeploymentSpecArgs{
		Selector:                u.owner.Selector(),
		RevisionHistoryLimit:    pulumi.Int(3),
		ProgressDeadlineSeconds: pulumi.Int(u.args.Health.StartupSeconds + 300),
		Strategy: &appsv1.DeploymentStrategyArgs{
			Type: pulumi.String("RollingUpdate"),
			RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
				MaxUnavailable: pulumi.Int(0),
				MaxSurge:       pulumi.String("25%"),
			},
		},
		Template: template,
	}
	if !u.autoscaled() {
		spec.Replicas = pulumi.Int(u.args.Scaling.Min)
	}
	meta := u.meta()
	meta.Labels = labels.Input(u.owner.Identity.With(u.args.Datadog.labels(u.owner.Identity.Version)))
	return appsv1.NewDeployment(ctx, u.owner.Logical, &appsv1.DeploymentArgs{Metadata: meta, Spec: spec},
		u.owner.Parent(), pulumi.DependsOn(u.args.After))
}
