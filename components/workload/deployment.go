package workload

import (
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

func newDeployment(ctx *pulumi.Context, o object.Owner, args Args, in podInputs) (*appsv1.Deployment, error) {
	template, err := podTemplate(o, args, in)
	if err != nil {
		return nil, err
	}
	spec := &appsv1.DeploymentSpecArgs{
		Selector:                o.Selector(),
		RevisionHistoryLimit:    pulumi.Int(3),
		ProgressDeadlineSeconds: pulumi.Int(args.Health.StartupSeconds + 300),
		Strategy: &appsv1.DeploymentStrategyArgs{
			Type: pulumi.String("RollingUpdate"),
			RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
				MaxUnavailable: pulumi.Int(0),
				MaxSurge:       pulumi.String("25%"),
			},
		},
		Template: template,
	}
	if !args.Scaling.Autoscaled() {
		spec.Replicas = pulumi.Int(args.Scaling.Min)
	}
	return appsv1.NewDeployment(ctx, o.Logical, &appsv1.DeploymentArgs{Metadata: o.Meta(), Spec: spec}, o.Parent())
}
