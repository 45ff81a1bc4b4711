package postgres

import (
	"crypto/sha256"
	_ "embed" // for the scripts
	"encoding/hex"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

var (
	//go:embed start.sh
	startScript string
	//go:embed roles.sql
	rolesSQL string
	//go:embed pg_hba.conf
	accessRules string
)

// podInputs are names of the children that the pod needs to start.
type podInputs struct {
	scripts, claim, account pulumi.StringPtrOutput
}

func newServer(ctx *pulumi.Context, o object.Owner, args Args) (*appsv1.StatefulSet, error) {
	var in podInputs
	var err error
	if in.scripts, err = newScripts(ctx, o); err != nil {
		return nil, err
	}
	if in.claim, err = newClaim(ctx, o, args); err != nil {
		return nil, err
	}
	if in.account, err = object.ServiceAccount(ctx, o); err != nil {
		return nil, err
	}
	template, err := podTemplate(o, args, in)
	if err != nil {
		return nil, err
	}
	return appsv1.NewStatefulSet(ctx, o.Logical, &appsv1.StatefulSetArgs{
		Metadata: o.Meta(),
		Spec: &appsv1.StatefulSetSpecArgs{
			Replicas:             pulumi.Int(1),
			RevisionHistoryLimit: pulumi.Int(3),
			ServiceName:          pulumi.String(o.Name()),
			Selector:             o.Selector(),
			Template:             template,
		},
	}, o.Parent())
}

func scripts() map[string]string {
	return map[string]string{"start.sh": startScript, "roles.sql": rolesSQL, "pg_hba.conf": accessRules}
}

func newScripts(ctx *pulumi.Context, o object.Owner) (pulumi.StringPtrOutput, error) {
	config, err := corev1.NewConfigMap(ctx, o.Logical+"-start", &corev1.ConfigMapArgs{
		Metadata: o.MetaNamed(o.Name() + "-start"),
		Data:     pulumi.ToStringMap(scripts()),
	}, o.Parent())
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return config.Metadata.Name(), nil
}

// newClaim registers the volume claim. Pulumi must not wait until it is bound:
// with WaitForFirstConsumer that happens only when the pod, which waits for
// the claim, is scheduled.
func newClaim(ctx *pulumi.Context, o object.Owner, args Args) (pulumi.StringPtrOutput, error) {
	meta := o.MetaNamed(o.Name() + "-data")
	meta.Annotations = pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")}
	spec := &corev1.PersistentVolumeClaimSpecArgs{
		AccessModes: pulumi.ToStringArray([]string{"ReadWriteOnce"}),
		Resources: &corev1.VolumeResourceRequirementsArgs{
			Requests: pulumi.StringMap{"storage": pulumi.String(args.Storage)},
		},
	}
	if args.StorageClass != "" {
		spec.StorageClassName = pulumi.String(args.StorageClass)
	}
	claim, err := corev1.NewPersistentVolumeClaim(ctx, o.Logical+"-data", &corev1.PersistentVolumeClaimArgs{
		Metadata: meta,
		Spec:     spec,
	}, o.Parent(), pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return pulumi.StringPtrOutput{}, err
	}
	return claim.Metadata.Name(), nil
}

func scriptsChecksum() string {
	sum := sha256.Sum256([]byte(startScript + "\x00" + rolesSQL + "\x00" + accessRules))
	return hex.EncodeToString(sum[:])
}
