package workload

import (
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const secretsVolume = "secrets"

// podInputs are names of the children that the pods need to start.
type podInputs struct {
	config, account pulumi.StringPtrOutput
}

func podTemplate(o object.Owner, args Args, in podInputs) (*corev1.PodTemplateSpecArgs, error) {
	annotations, err := podAnnotations(args)
	if err != nil {
		return nil, err
	}
	spec := &corev1.PodSpecArgs{
		ServiceAccountName:            in.account,
		AutomountServiceAccountToken:  pulumi.Bool(false),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(args.Shutdown.GraceSeconds),
		SecurityContext:               hardening.Pod(args.UserID),
		TopologySpreadConstraints:     spread(o),
		Affinity:                      apart(o),
		Containers:                    corev1.ContainerArray{container(args, in)},
	}
	if len(args.Secrets) > 0 {
		spec.Volumes = corev1.VolumeArray{secretFiles(args.Secrets)}
	}
	if args.ImagePullSecret != "" {
		spec.ImagePullSecrets = corev1.LocalObjectReferenceArray{
			&corev1.LocalObjectReferenceArgs{Name: pulumi.String(args.ImagePullSecret)},
		}
	}
	return &corev1.PodTemplateSpecArgs{Metadata: o.PodMeta(annotations), Spec: spec}, nil
}

func container(args Args, in podInputs) *corev1.ContainerArgs {
	live := object.Check{Port: httpPort, Path: args.Health.LivePath}
	ready := object.Check{Port: httpPort, Path: args.Health.ReadyPath}
	out := &corev1.ContainerArgs{
		Name:            pulumi.String(args.Component),
		Image:           pulumi.String(args.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		EnvFrom: corev1.EnvFromSourceArray{&corev1.EnvFromSourceArgs{
			ConfigMapRef: &corev1.ConfigMapEnvSourceArgs{Name: in.config},
		}},
		Ports: corev1.ContainerPortArray{
			object.ContainerPort(httpPort, args.Ports.HTTP),
			object.ContainerPort(metricsPort, args.Ports.Metrics),
		},
		StartupProbe:    object.Probe(live, object.StartupPace(args.Health.StartupSeconds)),
		LivenessProbe:   object.Probe(live, object.Pace{Period: 10, Timeout: 3, Failures: 3}),
		ReadinessProbe:  object.Probe(ready, object.Pace{Period: 5, Timeout: 3, Failures: 2}),
		Resources:       object.Resources(args.Resources),
		SecurityContext: hardening.Container(args.UserID),
		Lifecycle: &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
			// The kubelet sleeps, so the image needs no shell.
			Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(args.Shutdown.PreStopSeconds)},
		}},
	}
	if len(args.Secrets) > 0 {
		out.VolumeMounts = corev1.VolumeMountArray{object.ReadOnlyMount(secretsVolume, args.SecretsPath)}
	}
	return out
}

// secretFiles puts the files of all Secrets in one folder.
func secretFiles(secrets []SecretFiles) *corev1.VolumeArgs {
	var sources corev1.VolumeProjectionArray
	for _, secret := range secrets {
		var items corev1.KeyToPathArray
		for _, file := range slices.Sorted(maps.Keys(secret.Files)) {
			items = append(items, &corev1.KeyToPathArgs{Key: pulumi.String(secret.Files[file]), Path: pulumi.String(file)})
		}
		sources = append(sources, &corev1.VolumeProjectionArgs{
			Secret: &corev1.SecretProjectionArgs{Name: secret.Secret.Name.ToStringOutput().ToStringPtrOutput(), Items: items},
		})
	}
	return &corev1.VolumeArgs{
		Name: pulumi.String(secretsVolume),
		Projected: &corev1.ProjectedVolumeSourceArgs{
			DefaultMode: pulumi.Int(hardening.SecretFileMode),
			Sources:     sources,
		},
	}
}
