package postgres

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/mesh"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	userID = 999

	// graceSeconds is for a checkpoint at the end.
	graceSeconds = 60
	// startupSeconds is for initdb, or for recovery after a crash.
	startupSeconds = 300

	scriptsPath = "/etc/postgres-start"
	secretsPath = "/var/run/secrets/postgres" // #nosec G101 -- a folder, not a secret
	volumePath  = "/var/lib/postgresql/data"
	socketPath  = "/var/run/postgresql"
)

func podTemplate(o object.Owner, args Args, in podInputs) (*corev1.PodTemplateSpecArgs, error) {
	server, err := container(args)
	if err != nil {
		return nil, err
	}
	annotations := pulumi.StringMap{
		"checksum/config":  pulumi.String(scriptsChecksum()),
		"checksum/secrets": args.Secret.Version,
	}
	meta := o.PodMeta(annotations)
	meta.Labels = labels.Input(o.Identity.With(mesh.Outside()))
	return &corev1.PodTemplateSpecArgs{
		Metadata: meta,
		Spec: &corev1.PodSpecArgs{
			ServiceAccountName:            in.account,
			AutomountServiceAccountToken:  pulumi.Bool(false),
			EnableServiceLinks:            pulumi.Bool(false),
			TerminationGracePeriodSeconds: pulumi.Int(graceSeconds),
			// As process 1 the server would inherit what a shell or a check leaves behind. It takes
			// such a process for one of its own, and when that fails, restarts for everybody.
			ShareProcessNamespace: pulumi.Bool(true),
			SecurityContext:       hardening.Pod(userID),
			Containers:            corev1.ContainerArray{server},
			Volumes:               volumes(args, in),
		},
	}, nil
}

func container(args Args) (*corev1.ContainerArgs, error) {
	settings, err := args.settings()
	if err != nil {
		return nil, err
	}
	answers := object.Check{Command: []string{
		"pg_isready", "--quiet", "--host=" + socketPath, "--username=postgres", "--dbname=" + args.Database,
	}}
	return &corev1.ContainerArgs{
		Name:            pulumi.String("postgres"),
		Image:           pulumi.String(args.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Command:         pulumi.ToStringArray([]string{"/bin/bash", scriptsPath + "/start.sh"}),
		Args:            pulumi.ToStringArray(settings),
		Env:             environment(args),
		Ports:           corev1.ContainerPortArray{object.ContainerPort(portName, Port)},
		StartupProbe:    object.Probe(answers, object.StartupPace(startupSeconds)),
		LivenessProbe:   object.Probe(answers, object.Pace{Period: 10, Timeout: 5, Failures: 6}),
		ReadinessProbe:  object.Probe(answers, object.Pace{Period: 5, Timeout: 5, Failures: 2}),
		Resources:       object.Resources(args.Resources),
		SecurityContext: hardening.Container(userID),
		Lifecycle:       fastShutdown(),
		VolumeMounts: corev1.VolumeMountArray{
			object.Mount("data", volumePath),
			object.Mount("socket", socketPath),
			object.Mount("tmp", "/tmp"),
			object.ReadOnlyMount("scripts", scriptsPath),
			object.ReadOnlyMount("passwords", secretsPath),
		},
	}, nil
}

func environment(args Args) corev1.EnvVarArray {
	variable := func(name, value string) *corev1.EnvVarArgs {
		return &corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(value)}
	}
	return corev1.EnvVarArray{
		variable("PGDATA", volumePath+"/pgdata"),
		variable("POSTGRES_DATABASE", args.Database),
		variable("POSTGRES_SECRETS", secretsPath),
		variable("POSTGRES_SOCKETS", socketPath),
	}
}

// fastShutdown ends the clients' connections. The SIGTERM that would come
// instead makes the server wait for them, and connection pools never leave.
func fastShutdown() *corev1.LifecycleArgs {
	return &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
		Exec: &corev1.ExecActionArgs{Command: pulumi.ToStringArray([]string{"pg_ctl", "stop", "--mode=fast", "--no-wait", "--silent"})},
	}}
}

func volumes(args Args, in podInputs) corev1.VolumeArray {
	return corev1.VolumeArray{
		&corev1.VolumeArgs{
			Name:                  pulumi.String("data"),
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSourceArgs{ClaimName: in.claim.Elem()},
		},
		&corev1.VolumeArgs{
			Name:      pulumi.String("scripts"),
			ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: in.scripts},
		},
		object.SecretVolume("passwords", args.Secret, SuperuserKey, AuthenticatorKey, MonitorKey),
		object.ScratchVolume("socket", "16Mi"),
		object.ScratchVolume("tmp", "64Mi"),
	}
}
