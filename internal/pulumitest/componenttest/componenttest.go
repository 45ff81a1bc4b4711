// Package componenttest checks what all components promise. Only tests import it.
package componenttest

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// Image is a well-formed reference by digest.
const Image = "tripsage.local/thing@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

const namespaceType = "kubernetes:core/v1:Namespace"

// Golden runs the program several times, in update and in preview, and compares
// with the golden file: every run registers the same tree.
func Golden(t *testing.T, file string, program pulumi.RunFunc) pulumitest.Recording {
	t.Helper()
	first, err := pulumitest.Up(program)
	require.NoError(t, err)
	pulumitest.Golden(t, file, first.JSON(t))
	for range 5 {
		again, err := pulumitest.Up(program)
		require.NoError(t, err)
		require.Equal(t, string(first.JSON(t)), string(again.JSON(t)), "the tree differs from run to run")
	}
	preview, err := pulumitest.Preview(program)
	require.NoError(t, err)
	require.Equal(t, string(first.JSON(t)), string(preview.JSON(t)), "a preview shows another tree than the update makes")
	return first
}

// Contract checks the component's children: their parent, and for Kubernetes
// objects the explicit name and namespace and the standard labels.
func Contract(t *testing.T, recording pulumitest.Recording, typ, name string) {
	t.Helper()
	component := recording.One(t, typ, name)
	assert.Empty(t, component.Parent)
	for _, one := range recording.Resources {
		if one.Type == typ {
			continue
		}
		assert.Equal(t, typ+" "+name, one.Parent, "parent of %s %s", one.Type, one.Name)
		if strings.HasPrefix(one.Type, "kubernetes:") {
			checkMeta(t, one)
		}
	}
}

func checkMeta(t *testing.T, one pulumitest.Resource) {
	t.Helper()
	raw, ok := one.Inputs["metadata"].(map[string]any)
	require.True(t, ok, "metadata of %s %s", one.Type, one.Name)
	assert.NotEmpty(t, raw["name"], "metadata.name of %s %s", one.Type, one.Name)
	if one.Type != namespaceType {
		assert.NotEmpty(t, raw["namespace"], "metadata.namespace of %s %s", one.Type, one.Name)
	}
	labels, ok := raw["labels"].(map[string]any)
	require.True(t, ok, "labels of %s %s", one.Type, one.Name)
	for _, key := range []string{"name", "instance", "component", "part-of", "managed-by", "version"} {
		assert.NotEmpty(t, labels["app.kubernetes.io/"+key], "label %s of %s %s", key, one.Type, one.Name)
	}
}

// PodTemplate returns the pod template of the only resource of the type.
func PodTemplate(t *testing.T, recording pulumitest.Recording, typ string) corev1.PodTemplateSpec {
	t.Helper()
	found := recording.OfType(typ)
	require.Len(t, found, 1, typ)
	var object struct {
		Spec struct{ Template corev1.PodTemplateSpec }
	}
	require.NoError(t, found[0].Decode(&object))
	return object.Spec.Template
}

// Restricted checks a pod that serves for ever: it is Confined, and asked how it is.
func Restricted(t *testing.T, template corev1.PodTemplateSpec) {
	t.Helper()
	Confined(t, template)
	for _, container := range template.Spec.Containers {
		assert.NotNil(t, container.StartupProbe)
		assert.NotNil(t, container.LivenessProbe)
		assert.NotNil(t, container.ReadinessProbe)
	}
}

// Confined asks the code of Kubernetes' own Pod Security admission whether
// the restricted profile lets the pod in, and checks what we want beyond that.
func Confined(t *testing.T, template corev1.PodTemplateSpec) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	require.NoError(t, err)
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(level, &metav1.ObjectMeta{}, &template.Spec) {
		assert.True(t, result.Allowed, "%s: %s", result.ForbiddenReason, result.ForbiddenDetail)
	}
	no := false
	assert.Equal(t, &no, template.Spec.AutomountServiceAccountToken)
	assert.NotEmpty(t, template.Spec.ServiceAccountName)
	require.NotNil(t, template.Spec.SecurityContext)
	assert.NotNil(t, template.Spec.SecurityContext.RunAsUser)
	for _, container := range template.Spec.Containers {
		checkContainer(t, container)
	}
}

func checkContainer(t *testing.T, container corev1.Container) {
	t.Helper()
	yes := true
	require.NotNil(t, container.SecurityContext)
	assert.Equal(t, &yes, container.SecurityContext.ReadOnlyRootFilesystem)
	assert.NotNil(t, container.SecurityContext.RunAsUser)
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		assert.Contains(t, container.Resources.Requests, name)
		assert.Contains(t, container.Resources.Limits, name)
	}
}
