// Package process is what pods of our own programs have in common, whether
// they serve for ever or run once: a single hardened container that reads its
// secrets from files.
package process

import (
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

const (
	// DefaultUserID is the numeric user of images that have no user of their own.
	DefaultUserID = 65532
	// DefaultSecretsPath is the folder of the secret files.
	DefaultSecretsPath = "/var/run/secrets/tripsage" // #nosec G101 -- a folder, not a secret

	secretsVolume = "secrets"
)

// Process is a program alone in its pod.
type Process struct {
	// Name is the container's name.
	Name string
	// Image is a reference by digest.
	Image string
	// PullSecret names a Secret of the type kubernetes.io/dockerconfigjson, or is empty.
	PullSecret string
	// UserID is the numeric user and group that the process runs as.
	UserID int
	// Secrets are mounted as files, together in the folder SecretsPath.
	Secrets     []SecretFiles
	SecretsPath string
	// Resources are the container's requests and limits.
	Resources quantity.Resources
}

// SecretFiles are the keys of one Secret that the process reads as files.
type SecretFiles struct {
	Secret secretref.Ref
	// Files maps a file name to the key in the Secret.
	Files map[string]string
}

// Container returns the container, to which the caller adds what the process is
// told and asked.
func (p Process) Container() *corev1.ContainerArgs {
	out := &corev1.ContainerArgs{
		Name:            pulumi.String(p.Name),
		Image:           pulumi.String(p.Image),
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Resources:       object.Resources(p.Resources),
		SecurityContext: hardening.Container(p.UserID),
	}
	if len(p.Secrets) > 0 {
		out.VolumeMounts = corev1.VolumeMountArray{object.ReadOnlyMount(secretsVolume, p.SecretsPath)}
	}
	return out
}

// Pod returns the pod around the container. No token is mounted and no Service
// is announced to it: our programs are told where everything is.
func (p Process) Pod(account pulumi.StringPtrOutput, container *corev1.ContainerArgs) *corev1.PodSpecArgs {
	spec := &corev1.PodSpecArgs{
		ServiceAccountName:           account,
		AutomountServiceAccountToken: pulumi.Bool(false),
		EnableServiceLinks:           pulumi.Bool(false),
		SecurityContext:              hardening.Pod(p.UserID),
		Containers:                   corev1.ContainerArray{container},
	}
	if len(p.Secrets) > 0 {
		spec.Volumes = corev1.VolumeArray{p.secretFiles()}
	}
	if p.PullSecret != "" {
		spec.ImagePullSecrets = corev1.LocalObjectReferenceArray{
			&corev1.LocalObjectReferenceArgs{Name: pulumi.String(p.PullSecret)},
		}
	}
	return spec
}

// secretFiles puts the files of all Secrets in one folder.
func (p Process) secretFiles() *corev1.VolumeArgs {
	var sources corev1.VolumeProjectionArray
	for _, secret := range p.Secrets {
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
