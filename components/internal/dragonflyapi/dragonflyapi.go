// Package dragonflyapi holds our own types for the custom resource of the
// Dragonfly operator, because the operator's Go module cannot be had from the
// module proxy. They have only the fields that we set: what is not here does
// not compile.
//
// The names and the meaning of the fields were compared with
// api/v1alpha1/dragonfly_types.go of dragonfly-operator v1.6.1 (June 2026),
// which starts Dragonfly v1.39.0 unless told otherwise. Parts that are types of
// Kubernetes there are the same types here. The schema that dragonflytest derives
// agrees in all of its 289 nodes with that release's CustomResourceDefinition
// but for two things: replicas and image are required here, and env has the
// newer fileKeyRef of Kubernetes 1.34, which we do not set.
package dragonflyapi

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Group, version and kind of the resource, and its name in URLs.
const (
	Group   = "dragonflydb.io"
	Version = "v1alpha1"
	Kind    = "Dragonfly"
	Plural  = "dragonflies"
)

// APIVersion is what manifests say.
const APIVersion = Group + "/" + Version

// Spec is the wanted state of one cache.
type Spec struct {
	// Replicas counts all pods, the master too.
	Replicas         int32                         `json:"replicas"`
	Image            string                        `json:"image"`
	ImagePullPolicy  corev1.PullPolicy             `json:"imagePullPolicy,omitempty"`
	ImagePullSecrets []corev1.LocalObjectReference `json:"imagePullSecrets,omitempty"`
	// Args come after those of the operator, which sets the ports, the admin
	// port without password, TLS, the ACL file and the snapshots.
	Args []string        `json:"args,omitempty"`
	Env  []corev1.EnvVar `json:"env,omitempty"`
	// PodMetadata may not have the labels app and app.kubernetes.io/*: the
	// operator refuses the whole resource with them.
	PodMetadata *Metadata `json:"podMetadata,omitempty"`

	Authentication *Authentication           `json:"authentication,omitempty"`
	ACLFromSecret  *corev1.SecretKeySelector `json:"aclFromSecret,omitempty"`
	// TLSSecretRef names a Secret with tls.crt and tls.key.
	TLSSecretRef *corev1.SecretReference `json:"tlsSecretRef,omitempty"`
	Snapshot     *Snapshot               `json:"snapshot,omitempty"`

	Resources                 *corev1.ResourceRequirements      `json:"resources,omitempty"`
	Affinity                  *corev1.Affinity                  `json:"affinity,omitempty"`
	TopologySpreadConstraints []corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitempty"`
	PodSecurityContext        *corev1.PodSecurityContext        `json:"podSecurityContext,omitempty"`
	ContainerSecurityContext  *corev1.SecurityContext           `json:"containerSecurityContext,omitempty"`
	ServiceAccountName        string                            `json:"serviceAccountName,omitempty"`

	// EnableReplicationReadinessGate keeps a replica from being ready before it
	// has the master's data.
	EnableReplicationReadinessGate bool `json:"enableReplicationReadinessGate,omitempty"`
	// NetworkPolicyEnabled lets the operator make a policy; nil means true.
	NetworkPolicyEnabled *bool             `json:"networkPolicyEnabled,omitempty"`
	PDB                  *DisruptionBudget `json:"pdb,omitempty"`
}

// Metadata is added to objects that the operator makes.
type Metadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Authentication says where the password of the user "default" is.
type Authentication struct {
	PasswordFromSecret *corev1.SecretKeySelector `json:"passwordFromSecret,omitempty"`
}

// Snapshot says when and where the data is saved.
type Snapshot struct {
	Dir  string `json:"dir,omitempty"`
	Cron string `json:"cron,omitempty"`
	// EnableOnMasterOnly keeps the replicas from saving the same again.
	EnableOnMasterOnly bool `json:"enableOnMasterOnly,omitempty"`
}

// DisruptionBudget is what the operator puts in its PodDisruptionBudget, which
// it makes for two replicas and more.
type DisruptionBudget struct {
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable,omitempty"`
}

// PodLabels returns the labels that the operator gives to the pods of the cache
// of that name, and by which its own Service and budget select them.
func PodLabels(name string) map[string]string {
	return map[string]string{
		"app":                       name,
		"app.kubernetes.io/name":    "dragonfly",
		"app.kubernetes.io/part-of": "dragonfly",
	}
}

// OperatorLabels returns the labels of the operator's own pods.
func OperatorLabels() map[string]string {
	return map[string]string{"control-plane": "controller-manager"}
}
