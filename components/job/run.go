package job

import (
	"fmt"
	"maps"
	"slices"

	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/mesh"
	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/process"
)

const (
	// hashLength is how many hex digits of the hash are in the name.
	hashLength = 10
	// patience is how much longer than the deadline Pulumi waits, in seconds:
	// Kubernetes has to notice the deadline and to end the pod.
	patience = 120
)

func newJob(ctx *pulumi.Context, o object.Owner, args Args, account pulumi.StringPtrOutput, policies []pulumi.Resource) (*batchv1.Job, error) {
	name, err := args.runName()
	if err != nil {
		return nil, err
	}
	meta := o.MetaNamed(name)
	meta.Annotations = pulumi.StringMap{"pulumi.com/replaceUnready": pulumi.String("true")}
	wait := fmt.Sprintf("%ds", args.DeadlineSeconds+patience)
	return batchv1.NewJob(ctx, o.Logical, &batchv1.JobArgs{
		Metadata: meta,
		Spec: &batchv1.JobSpecArgs{
			BackoffLimit:          pulumi.Int(args.Attempts - 1),
			ActiveDeadlineSeconds: pulumi.Int(args.DeadlineSeconds),
			Completions:           pulumi.Int(1),
			Parallelism:           pulumi.Int(1),
			Template:              podTemplate(o, args, account),
		},
	}, o.Parent(), pulumi.DependsOn(slices.Concat(policies, args.After)), pulumi.Timeouts(&pulumi.CustomTimeouts{Create: wait, Update: wait}))
}

// runName is the Job's name: another one for each program that is to run.
func (a Args) runName() (string, error) {
	sum, err := process.Checksum([]any{a.Image, a.Arguments, a.Env})
	if err != nil {
		return "", err
	}
	return a.Name + "-" + sum[:hashLength], nil
}

func podTemplate(o object.Owner, args Args, account pulumi.StringPtrOutput) *corev1.PodTemplateSpecArgs {
	container := args.process().Container()
	container.Args = pulumi.ToStringArray(args.Arguments)
	container.Env = environment(args.Env)
	container.TerminationMessagePolicy = pulumi.String("FallbackToLogsOnError")
	spec := args.process().Pod(account, container)
	spec.RestartPolicy = pulumi.String("Never")

	annotations := pulumi.StringMap{}
	if len(args.Secrets) > 0 {
		annotations[process.SecretsAnnotation] = args.process().SecretsChecksum()
	}
	meta := o.PodMeta(annotations)
	meta.Labels = labels.Input(o.Identity.With(mesh.Outside()))
	return &corev1.PodTemplateSpecArgs{Metadata: meta, Spec: spec}
}

// environment is in the pod itself: a ConfigMap could change between two
// attempts, and the Job would not be the one that its name says.
func environment(env map[string]string) corev1.EnvVarArray {
	var out corev1.EnvVarArray
	for _, name := range slices.Sorted(maps.Keys(env)) {
		out = append(out, &corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(env[name])})
	}
	return out
}
