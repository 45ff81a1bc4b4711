// Package hardening holds the security contexts that the restricted Pod
// Security profile asks for, and a little more.
package hardening

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// SecretFileMode lets the pod's group read mounted secrets, and nobody write.
const SecretFileMode = 0o440

const maxUserID = 1<<31 - 1

// ValidateUserID checks that id is a numeric user other than root: the kubelet
// cannot prove runAsNonRoot for users given by name.
func ValidateUserID(key string, id int) error {
	if id < 1 || id > maxUserID {
		return fault.Of(key, id, "a numeric user id above 0 (root is not allowed)")
	}
	return nil
}

// Pod returns the security context of a pod whose processes run as user and
// group id.
func Pod(id int) *corev1.PodSecurityContextArgs {
	return &corev1.PodSecurityContextArgs{
		RunAsNonRoot: pulumi.Bool(true),
		RunAsUser:    pulumi.Int(id),
		RunAsGroup:   pulumi.Int(id),
		FsGroup:      pulumi.Int(id),
		// Changing every file on each mount is slow, and gives the group write
		// access that Postgres refuses on its data directory.
		FsGroupChangePolicy: pulumi.String("OnRootMismatch"),
		SeccompProfile:      runtimeDefault(),
	}
}

// Container returns the security context of a container. It repeats the user,
// so that the container stays safe when someone copies it to another pod.
func Container(id int) *corev1.SecurityContextArgs {
	return &corev1.SecurityContextArgs{
		RunAsNonRoot:             pulumi.Bool(true),
		RunAsUser:                pulumi.Int(id),
		RunAsGroup:               pulumi.Int(id),
		Privileged:               pulumi.Bool(false),
		AllowPrivilegeEscalation: pulumi.Bool(false),
		ReadOnlyRootFilesystem:   pulumi.Bool(true),
		Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		SeccompProfile:           runtimeDefault(),
	}
}

func runtimeDefault() *corev1.SeccompProfileArgs {
	return &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")}
}
