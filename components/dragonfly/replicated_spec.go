package dragonfly

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
	"github.com/tripsage/infrastructure/components/internal/mesh"
	"github.com/tripsage/infrastructure/components/internal/quantity"
)

// found is what other resources know.
type found struct {
	account                         string
	secret, version                 string
	credentials, credentialsVersion string
}

// spec puts the whole resource together.
func (a ReplicatedArgs) spec(in found) dragonflyapi.Spec {
	disabled, one := false, intstr.FromInt32(1)
	spec := dragonflyapi.Spec{
		Replicas:           int32(a.Replicas), // #nosec G115 -- Validate bounds it
		Image:              a.Image,
		ImagePullPolicy:    corev1.PullIfNotPresent,
		Args:               a.flags(),
		PodMetadata:        a.podMetadata(in),
		ServiceAccountName: in.account,
		Authentication: &dragonflyapi.Authentication{
			PasswordFromSecret: keyOf(in.secret, AdminPasswordKey),
		},
		ACLFromSecret:             keyOf(in.secret, ACLKey),
		Resources:                 requirements(a.resources()),
		Affinity:                  apart(a.Name),
		TopologySpreadConstraints: spread(a.Name),
		PodSecurityContext:        podSecurity(),
		ContainerSecurityContext:  containerSecurity(),
		// Pods get traffic only from the operator's labels anyway, so waiting for
		// it costs nothing, and a drain cannot take the last complete copy.
		EnableReplicationReadinessGate: true,
		// The operator's policy opens the Redis port to the whole namespace and
		// the metrics to nobody; ours open what was declared.
		NetworkPolicyEnabled: &disabled,
		PDB:                  &dragonflyapi.DisruptionBudget{MaxUnavailable: &one},
	}
	if a.ImagePullSecret != "" {
		spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: a.ImagePullSecret}}
	}
	if a.TLSSecret != "" {
		spec.TLSSecretRef = &corev1.SecretReference{Name: a.TLSSecret}
	}
	if a.Snapshot != nil {
		spec.Snapshot = &dragonflyapi.Snapshot{Dir: a.Snapshot.URL, Cron: a.Snapshot.Schedule, EnableOnMasterOnly: true}
		spec.Env = a.Snapshot.environment(in.credentials)
	}
	return spec
}

// flags come after the operator's own, which has the ports, TLS and the files.
func (a ReplicatedArgs) flags() []string {
	flags := []string{
		fmt.Sprintf("--proactor_threads=%d", a.Threads),
		fmt.Sprintf("--maxmemory=%dmb", a.MaxMemoryMiB),
		evict,
	}
	switch {
	case a.Snapshot == nil:
		// Or it saves at its end, to a root file system that is read-only.
		flags = append(flags, "--dbfilename=")
	case a.Snapshot.Endpoint != "":
		flags = append(flags, "--s3_endpoint="+a.Snapshot.Endpoint)
	}
	return flags
}

// podMetadata has the versions of the Secrets, so that the operator replaces
// the pods, master last, when one changes.
func (a ReplicatedArgs) podMetadata(in found) *dragonflyapi.Metadata {
	annotations := scrapeAnnotations()
	annotations["checksum/secrets"] = in.version
	if a.Snapshot != nil && a.Snapshot.Credentials != nil {
		annotations["checksum/snapshot-credentials"] = in.credentialsVersion
	}
	return &dragonflyapi.Metadata{Labels: mesh.Outside(), Annotations: annotations}
}

// environment is what Dragonfly's S3 client reads. With a role the webhook adds
// the rest.
func (s Snapshot) environment(credentials string) []corev1.EnvVar {
	env := []corev1.EnvVar{{Name: "AWS_REGION", Value: s.Region}}
	if s.Credentials == nil {
		return env
	}
	return append(env,
		corev1.EnvVar{Name: "AWS_ACCESS_KEY_ID", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: keyOf(credentials, AccessKeyIDKey)}},
		corev1.EnvVar{Name: "AWS_SECRET_ACCESS_KEY", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: keyOf(credentials, SecretAccessKeyKey)}},
	)
}

func keyOf(secret, key string) *corev1.SecretKeySelector {
	return &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: key}
}

// requirements are valid quantities: Validate has parsed them.
func requirements(r quantity.Resources) *corev1.ResourceRequirements {
	list := func(a quantity.Amounts) corev1.ResourceList {
		return corev1.ResourceList{
			corev1.ResourceCPU:              resource.MustParse(a.CPU),
			corev1.ResourceMemory:           resource.MustParse(a.Memory),
			corev1.ResourceEphemeralStorage: resource.MustParse(a.EphemeralStorage),
		}
	}
	return &corev1.ResourceRequirements{Requests: list(r.Requests), Limits: list(r.Limits)}
}
