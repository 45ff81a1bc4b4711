package dragonfly

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/tripsage/infrastructure/components/internal/dragonflyapi"
	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const (
	dragonflyType = "kubernetes:dragonflydb.io/v1alpha1:Dragonfly"
	accountType   = "kubernetes:core/v1:ServiceAccount"
)

func fullReplicated() ReplicatedArgs {
	args := full()
	args.Namespace = pulumi.String("production")
	args.ImagePullSecret = "registry"
	args.MaxMemoryMiB = 1024
	return ReplicatedArgs{
		Args:      args,
		Replicas:  3,
		TLSSecret: "dragonfly-tls",
		Snapshot: &Snapshot{
			Schedule: "*/30 * * * *", URL: "s3://tripsage-cache/production", Region: "eu-central-1",
			Endpoint: "storage.example.com:9000", CIDRs: []string{"203.0.113.0/24"},
			Credentials: &SecretRef{Name: pulumi.String("cache-snapshots"), Version: pulumi.String("s1")},
		},
	}
}

func replicated(args ReplicatedArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewReplicated(ctx, "dragonfly", args)
		return err
	}
}

// specOf decodes the resource strictly: what our types do not have is an error.
func specOf(t *testing.T, recording pulumitest.Recording) dragonflyapi.Spec {
	t.Helper()
	raw, err := json.Marshal(recording.One(t, dragonflyType, "dragonfly").Inputs["spec"])
	require.NoError(t, err)
	var spec dragonflyapi.Spec
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&spec))
	return spec
}

func TestReplicatedTree(t *testing.T) {
	recording := componenttest.Golden(t, "replicated.json", replicated(fullReplicated()))
	componenttest.Contract(t, recording, ReplicatedType, "dragonfly")
	spec := specOf(t, recording)
	assert.Equal(t, []string{"--proactor_threads=2", "--maxmemory=1024mb", "--cache_mode=true", "--s3_endpoint=storage.example.com:9000"}, spec.Args)
	assert.Equal(t, spec.Resources.Requests.Memory(), spec.Resources.Limits.Memory())
	assert.Equal(t, "false", spec.PodMetadata.Labels["sidecar.istio.io/inject"])
	for key := range spec.PodMetadata.Labels {
		assert.NotContains(t, key, "app", "the operator refuses labels of its own")
	}
	assert.Equal(t, "v1", spec.PodMetadata.Annotations["checksum/secrets"])
	assert.Equal(t, "s1", spec.PodMetadata.Annotations["checksum/snapshot-credentials"])
}

func TestReplicatedWithARole(t *testing.T) {
	args := fullReplicated()
	args.ImagePullSecret, args.TLSSecret = "", ""
	args.Snapshot.Endpoint, args.Snapshot.Credentials = "", nil
	args.Snapshot.RoleARN = "arn:aws:iam::123456789012:role/tripsage-cache"
	recording := componenttest.Golden(t, "replicated-role.json", replicated(args))
	assert.Equal(t, []corev1.EnvVar{{Name: "AWS_REGION", Value: "eu-central-1"}}, specOf(t, recording).Env)
	var account corev1.ServiceAccount
	require.NoError(t, recording.One(t, accountType, "dragonfly").Decode(&account))
	assert.Equal(t, args.Snapshot.RoleARN, account.Annotations["eks.amazonaws.com/role-arn"])
	assert.False(t, *account.AutomountServiceAccountToken)
}

func TestReplicatedInMemory(t *testing.T) {
	args := fullReplicated()
	args.Snapshot = nil
	recording, err := pulumitest.Up(replicated(args))
	require.NoError(t, err)
	spec := specOf(t, recording)
	assert.Nil(t, spec.Snapshot)
	assert.Empty(t, spec.Env)
	assert.Contains(t, spec.Args, "--dbfilename=", "or it saves to a root file system that is read-only")
}

// The pods that the operator makes get past the restricted profile.
func TestReplicatedPodsAreRestricted(t *testing.T) {
	recording, err := pulumitest.Up(replicated(fullReplicated()))
	require.NoError(t, err)
	spec := specOf(t, recording)
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	require.NoError(t, err)
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	pod := corev1.PodSpec{
		SecurityContext: spec.PodSecurityContext,
		Containers:      []corev1.Container{{Name: "dragonfly", SecurityContext: spec.ContainerSecurityContext}},
	}
	for _, result := range evaluator.EvaluatePod(level, &metav1.ObjectMeta{}, &pod) {
		assert.True(t, result.Allowed, "%s: %s", result.ForbiddenReason, result.ForbiddenDetail)
	}
	assert.True(t, *spec.ContainerSecurityContext.ReadOnlyRootFilesystem)
}

func TestReplicatedPolicies(t *testing.T) {
	recording, err := pulumitest.Up(replicated(fullReplicated()))
	require.NoError(t, err)
	open := map[string][]int32{}
	for _, one := range recording.OfType(policyType) {
		var made networkingv1.NetworkPolicy
		require.NoError(t, one.Decode(&made))
		assert.Equal(t, ReplicatedSelector("dragonfly"), made.Spec.PodSelector.MatchLabels)
		var ports []networkingv1.NetworkPolicyPort
		for _, rule := range made.Spec.Ingress {
			assert.NotEmpty(t, rule.From)
			ports = append(ports, rule.Ports...)
		}
		for _, rule := range made.Spec.Egress {
			assert.NotEmpty(t, rule.To)
			ports = append(ports, rule.Ports...)
		}
		for _, port := range ports {
			open[made.Name] = append(open[made.Name], port.Port.IntVal)
		}
	}
	assert.Equal(t, map[string][]int32{
		"dragonfly-from-api": {Port}, "dragonfly-from-prometheus": {MetricsPort}, "dragonfly-from-operator": {MetricsPort},
		"dragonfly-from-replicas": {MetricsPort}, "dragonfly-to-replicas": {MetricsPort}, "dragonfly-to-object-storage": {443, 9000},
	}, open)
}
