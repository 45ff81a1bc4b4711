package policytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsapi "k8s.io/api/apps/v1"
	coreapi "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// TestTheEngineTakesTheRemedies lets the real pack mend a Deployment in the real
// engine. The provider renders to files, so no cluster is needed.
func TestTheEngineTakesTheRemedies(t *testing.T) {
	rendered := t.TempDir()
	options := remedyOptions(t, rendered)
	options.Policy.Config = map[string]any{
		"all": "disabled", "seccomp-profile": "remediate", "service-account-token": "remediate", "standard-labels": "remediate",
	}
	planned, err := engine.Preview(interruptible(t), options)
	require.NoError(t, err)
	made, err := engine.Up(interruptible(t), options)
	require.NoError(t, err)
	assert.Equal(t, made.Remedies, planned.Remedies)
	assert.Empty(t, made.Violations, "what was mended is judged")
	var mended []string
	for _, one := range made.Remedies {
		assert.Equal(t, "web", one.Name)
		mended = append(mended, one.Rule)
	}
	assert.Equal(t, []string{"seccomp-profile", "service-account-token", "standard-labels"}, mended)

	web := renderedDeployment(t, rendered)
	pod := web.Spec.Template.Spec
	require.NotNil(t, pod.SecurityContext)
	require.NotNil(t, pod.SecurityContext.SeccompProfile)
	assert.Equal(t, coreapi.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	require.NotNil(t, pod.AutomountServiceAccountToken)
	assert.False(t, *pod.AutomountServiceAccountToken)
	assert.Equal(t, "web", web.Labels["app.kubernetes.io/name"])

	again, err := engine.Preview(interruptible(t), options)
	require.NoError(t, err)
	assert.False(t, again.Changed(), "%v", again.Changes)
}

func remedyOptions(t *testing.T, rendered string) engine.Options {
	t.Helper()
	checkout, err := filepath.Abs("../..")
	require.NoError(t, err)
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	builder := toolchain.Builder{Tools: filepath.Join(checkout, "tools"), Cache: cache, Note: func(now string) { progress("%s", now) }}
	built, err := builder.Pulumi(t.Context())
	require.NoError(t, err)
	pack := filepath.Join(t.TempDir(), "pack")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", pack, "./policy")
	build.Dir = checkout
	text, err := build.CombinedOutput()
	require.NoError(t, err, "%s", text)
	project := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), []byte("name: remedy\nruntime: go\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.local.yaml"), []byte("config: {}\n"), 0o600))
	return engine.Options{
		Project: project, Stack: "local", Home: filepath.Join(t.TempDir(), "home"), PulumiRoot: built.Root, Plugins: built.Plugins,
		Program: func(ctx *pulumi.Context) error { return plainDeployment(ctx, rendered) },
		Policy:  &engine.Policy{Pack: pack},
	}
}

// plainDeployment lacks what the remedies add, and nothing that they cannot know.
func plainDeployment(ctx *pulumi.Context, rendered string) error {
	files, err := kubernetes.NewProvider(ctx, "files", &kubernetes.ProviderArgs{RenderYamlToDirectory: pulumi.String(rendered)})
	if err != nil {
		return err
	}
	labels := pulumi.StringMap{"app": pulumi.String("web")}
	_, err = appsv1.NewDeployment(ctx, "web", &appsv1.DeploymentArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("web"), Namespace: pulumi.String("shop"), Labels: pulumi.StringMap{
			"app.kubernetes.io/component": pulumi.String("frontend"), "app.kubernetes.io/version": pulumi.String("1"),
		}},
		Spec: &appsv1.DeploymentSpecArgs{
			Selector: &metav1.LabelSelectorArgs{MatchLabels: labels},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: labels},
				Spec: &corev1.PodSpecArgs{Containers: corev1.ContainerArray{
					&corev1.ContainerArgs{Name: pulumi.String("web"), Image: pulumi.String("web:1")},
				}},
			},
		},
	}, pulumi.Provider(files))
	return err
}

func renderedDeployment(t *testing.T, folder string) appsapi.Deployment {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "*deployment*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	var made appsapi.Deployment
	require.NoError(t, yaml.UnmarshalStrict(text, &made))
	return made
}
