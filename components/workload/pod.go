package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/process"
)

// podInputs are names of the children that the pods need to start.
type podInputs struct {
	config, account pulumi.StringPtrOutput
}

// process is what the workload's pods have in common with those of jobs.
func (a Args) process() process.Process {
	return process.Process{
		Name: a.Component, Image: a.Image, PullSecret: a.ImagePullSecret, UserID: a.UserID,
		Secrets: a.Secrets, SecretsPath: a.SecretsPath, Resources: a.Resources,
	}
}

func podTemplate(o object.Owner, args Args, in podInputs) (*corev1.PodTemplateSpecArgs, error) {
	annotations, err := podAnnotations(args)
	if err != nil {
		return nil, err
	}
	spec := args.process().Pod(in.account, container(args, in))
	spec.TerminationGracePeriodSeconds = pulumi.Int(args.Shutdown.GraceSeconds)
	spec.TopologySpreadConstraints = spread(o)
	spec.Affinity = apart(o)
	meta := o.PodMeta(annotations)
	meta.Labels = labels.Input(o.Identity.With(args.Datadog.labels(o.Identity.Version)))
	return &corev1.PodTemplateSpecArgs{Metadata: meta, Spec: spec}, nil
}

func container(args Args, in podInputs) *corev1.ContainerArgs {
	live := object.Check{Port: httpPort, Path: args.Health.LivePath}
	ready := object.Check{Port: httpPort, Path: args.Health.ReadyPath}
	out := args.process().Container()
	out.EnvFrom = corev1.EnvFromSourceArray{&corev1.EnvFromSourceArgs{
		ConfigMapRef: &corev1.ConfigMapEnvSourceArgs{Name: in.config},
	}}
	out.Ports = corev1.ContainerPortArray{
		object.ContainerPort(httpPort, args.Ports.HTTP),
		object.ContainerPort(metricsPort, args.Ports.Metrics),
	}
	out.StartupProbe = object.Probe(live, object.StartupPace(args.Health.StartupSeconds))
	out.LivenessProbe = object.Probe(live, object.Pace{Period: 10, Timeout: 3, Failures: 3})
	out.ReadinessProbe = object.Probe(ready, object.Pace{Period: 5, Timeout: 3, Failures: 2})
	out.Lifecycle = &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
		// The kubelet sleeps, so the image needs no shell.
		Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(args.Shutdown.PreStopSeconds)},
	}}
	return out
}
