package object

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/hardening"
	"github.com/tripsage/infrastructure/components/internal/quantity"
	"github.com/tripsage/infrastructure/components/internal/secretref"
)

// Resources returns a container's requests and limits.
func Resources(r quantity.Resources) *corev1.ResourceRequirementsArgs {
	return &corev1.ResourceRequirementsArgs{Requests: amounts(r.Requests), Limits: amounts(r.Limits)}
}

func amounts(a quantity.Amounts) pulumi.StringMap {
	return pulumi.ToStringMap(map[string]string{
		"cpu":               a.CPU,
		"memory":            a.Memory,
		"ephemeral-storage": a.EphemeralStorage,
	})
}

// ContainerPort names a TCP port of a container.
func ContainerPort(name string, number int) *corev1.ContainerPortArgs {
	return &corev1.ContainerPortArgs{
		Name:          pulumi.String(name),
		ContainerPort: pulumi.Int(number),
		Protocol:      pulumi.String("TCP"),
	}
}

// SecretVolume returns a volume with the given keys of one Secret as files of
// the same name.
func SecretVolume(name string, ref secretref.Ref, keys ...string) *corev1.VolumeArgs {
	items := make(corev1.KeyToPathArray, 0, len(keys))
	for _, key := range keys {
		items = append(items, &corev1.KeyToPathArgs{Key: pulumi.String(key), Path: pulumi.String(key)})
	}
	return &corev1.VolumeArgs{
		Name: pulumi.String(name),
		Secret: &corev1.SecretVolumeSourceArgs{
			SecretName:  ref.Name,
			DefaultMode: pulumi.Int(hardening.SecretFileMode),
			Items:       items,
		},
	}
}

// ScratchVolume returns a volume that lives as long as its pod.
func ScratchVolume(name, sizeLimit string) *corev1.VolumeArgs {
	return &corev1.VolumeArgs{
		Name:     pulumi.String(name),
		EmptyDir: &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(sizeLimit)},
	}
}

// Mount mounts a volume read-write.
func Mount(name, path string) *corev1.VolumeMountArgs {
	return &corev1.VolumeMountArgs{Name: pulumi.String(name), MountPath: pulumi.String(path)}
}

// ReadOnlyMount mounts a volume read-only.
func ReadOnlyMount(name, path string) *corev1.VolumeMountArgs {
	mount := Mount(name, path)
	mount.ReadOnly = pulumi.Bool(true)
	return mount
}
