package monitoring

import (
	"strconv"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

// inputs are names of the children that a pod needs to start.
type inputs struct {
	account, claim pulumi.StringPtrOutput
	configs        []pulumi.StringPtrOutput
}

// create registers all of a program's objects.
func (p program) create(ctx *pulumi.Context, o object.Owner, args Args) error {
	if err := p.policies(ctx, o); err != nil {
		return err
	}
	in, err := p.inputs(ctx, o)
	if err != nil {
		return err
	}
	if len(p.permissions) > 0 {
		if err := newAccess(ctx, o, p, in.account); err != nil {
			return err
		}
	}
	template, err := p.template(o, args, in)
	if err != nil {
		return err
	}
	if p.data == "" {
		return newDeployment(ctx, o, template)
	}
	if err := newStatefulSet(ctx, o, template); err != nil {
		return err
	}
	_, err = object.Service(ctx, o, []object.Port{p.port})
	return err
}

func (p program) inputs(ctx *pulumi.Context, o object.Owner) (in inputs, err error) {
	for _, folder := range p.configs {
		made, err := corev1.NewConfigMap(ctx, o.Logical+"-"+folder.suffix, &corev1.ConfigMapArgs{
			Metadata: o.MetaNamed(o.Name() + "-" + folder.suffix), Data: pulumi.ToStringMap(folder.files),
		}, o.Parent())
		if err != nil {
			return in, err
		}
		in.configs = append(in.configs, made.Metadata.Name())
	}
	if p.data != "" {
		if in.claim, err = p.newClaim(ctx, o); err != nil {
			return in, err
		}
	}
	in.account, err = object.ServiceAccount(ctx, o)
	return in, err
}

// newClaim does not wait until the claim is bound, which it is when the pod that
// waits for it is scheduled.
func (p program) newClaim(ctx *pulumi.Context, o object.Owner) (pulumi.StringPtrOutput, error) {
	meta := o.MetaNamed(o.Name() + "-" + dataVolume)
	meta.Annotations = pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")}
	claim, err := corev1.NewPersistentVolumeClaim(ctx, o.Logical+"-"+dataVolume, &corev1.PersistentVolumeClaimArgs{
		Metadata: meta,
		Spec: &corev1.PersistentVolumeClaimSpecArgs{
			AccessModes: pulumi.ToStringArray([]string{"ReadWriteOnce"}),
			Resources: &corev1.VolumeResourceRequirementsArgs{
				Requests: pulumi.StringMap{"storage": pulumi.String(strconv.Itoa(p.storageGiB) + "Gi")},
			},
		},
	}, o.Parent(), pulumi.Protect(p.protect), pulumi.RetainOnDelete(p.protect))
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return claim.Metadata.Name(), nil
}

// newStatefulSet ends the old pod before the new one starts: both would write to
// the same volume.
func newStatefulSet(ctx *pulumi.Context, o object.Owner, template *corev1.PodTemplateSpecArgs) error {
	_, err := appsv1.NewStatefulSet(ctx, o.Logical, &appsv1.StatefulSetArgs{
		Metadata: o.Meta(),
		Spec: &appsv1.StatefulSetSpecArgs{
			Replicas: pulumi.Int(1), RevisionHistoryLimit: pulumi.Int(3), ServiceName: pulumi.String(o.Name()),
			Selector: o.Selector(), Template: template,
		},
	}, o.Parent())
	return err
}

func newDeployment(ctx *pulumi.Context, o object.Owner, template *corev1.PodTemplateSpecArgs) error {
	_, err := appsv1.NewDeployment(ctx, o.Logical, &appsv1.DeploymentArgs{
		Metadata: o.Meta(),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(1), RevisionHistoryLimit: pulumi.Int(3), Selector: o.Selector(), Template: template,
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxUnavailable: pulumi.Int(0), MaxSurge: pulumi.Int(1),
				},
			},
		},
	}, o.Parent())
	return err
}
