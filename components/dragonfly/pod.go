package dragonfly

import (
	"fmt"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/mesh"
	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	userID       = 999
	graceSeconds = 30

	flagsPath = "/var/run/secrets/dragonfly"
	dataPath  = "/data"
)

func podTemplate(o object.Owner, args Args, account pulumi.StringPtrOutput) *corev1.PodTemplateSpecArgs {
	annotations := pulumi.ToStringMap(scrapeAnnotations())
	annotations["checksum/secrets"] = args.Secret.Version
	meta := o.PodMeta(annotations)
	meta.Labels = labels.Input(o.Identity.With(mesh.Outside()))
	return &corev1.PodTemplateSpecArgs{
		Metadata: meta,
		Spec: &corev1.PodSpecArgs{
			ServiceAccountName:            account,
			AutomountServiceAccountToken:  pulumi.Bool(false),
			EnableServiceLinks:            pulumi.Bool(false),
			TerminationGracePeriodSeconds: pulumi.Int(graceSeconds),
			ImagePullSecrets:              pullSecrets(args),
			SecurityContext:               hardening.Pod(userID),
			Containers:                    corev1.ContainerArray{container(args)},
			Volumes: corev1.VolumeArray{
				object.SecretVolume("flags", args.Secret, FlagsKey),
				object.ScratchVolume("data", scratch),
			},
		},
	}
}

// scrapeAnnotations tell Prometheus where a pod's metrics are.
func scrapeAnnotations() map[string]string {
	return map[string]string{
		"prometheus.io/scrape": "true",
		"prometheus.io/port":   strconv.Itoa(MetricsPort),
		"prometheus.io/path":   "/metrics",
	}
}

func pullSecrets(args Args) corev1.LocalObjectReferenceArray {
	if args.ImagePullSecret == "" {
		return nil
	}
	return corev1.LocalObjectReferenceArray{
		&corev1.LocalObjectReferenceArgs{Name: pulumi.String(args.ImagePullSecret)},
	}
}

func container(args Args) *corev1.ContainerArgs {
	open := object.Check{Port: redisPort}
	return &corev1.ContainerArgs{
		Name:            pulumi.String("dragonfly"),
		Image:           pulumi.String(args.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Args:            pulumi.ToStringArray(flags(args)),
		Ports: corev1.ContainerPortArray{
			object.ContainerPort(redisPort, Port),
			object.ContainerPort(metricsPort, MetricsPort),
		},
		StartupProbe:    object.Probe(open, object.StartupPace(60)),
		LivenessProbe:   object.Probe(open, object.Pace{Period: 10, Timeout: 3, Failures: 3}),
		ReadinessProbe:  object.Probe(open, object.Pace{Period: 5, Timeout: 3, Failures: 2}),
		Resources:       object.Resources(args.resources()),
		SecurityContext: hardening.Container(userID),
		VolumeMounts: corev1.VolumeMountArray{
			object.ReadOnlyMount("flags", flagsPath),
			object.Mount("data", dataPath),
		},
	}
}

// evict makes room in a full cache, where Dragonfly would else refuse to write.
const evict = "--cache_mode=true"

// flags are Dragonfly's arguments. The empty dbfilename turns snapshots off.
// admin_nopass lets Prometheus read the metrics without the password, which is
// why only the declared scrapers reach that port.
func flags(args Args) []string {
	return []string{
		fmt.Sprintf("--port=%d", Port),
		fmt.Sprintf("--admin_port=%d", MetricsPort),
		"--admin_nopass=true",
		fmt.Sprintf("--proactor_threads=%d", args.Threads),
		fmt.Sprintf("--maxmemory=%dmb", args.MaxMemoryMiB),
		evict,
		"--flagfile=" + flagsPath + "/" + FlagsKey,
		"--dir=" + dataPath,
		"--dbfilename=",
		"--logtostderr",
	}
}
