package replay_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/internal/replay"
)

// stack has one of each thing that a replay has to take care of.
func stack(ctx *pulumi.Context) error {
	provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String("")})
	if err != nil {
		return err
	}
	var component struct{ pulumi.ResourceState }
	if err := ctx.RegisterComponentResource("tripsage:test:App", "app", &component, pulumi.Provider(provider)); err != nil {
		return err
	}
	below := pulumi.Parent(&component)
	password, err := random.NewRandomPassword(ctx, "app-password", &random.RandomPasswordArgs{
		Length: pulumi.Int(40), Special: pulumi.Bool(false), Keepers: pulumi.StringMap{"epoch": pulumi.String("1")},
	}, below)
	if err != nil {
		return err
	}
	namespace, err := corev1.NewNamespace(ctx, "space", &corev1.NamespaceArgs{Metadata: meta("space")},
		below, pulumi.Protect(true), pulumi.RetainOnDelete(true))
	if err != nil {
		return err
	}
	data := password.Result.ApplyT(func(password string) map[string]string {
		return map[string]string{
			"secret": base64.StdEncoding.EncodeToString([]byte("--requirepass=" + password + "\n")), "fixed": "Zml4ZWQ=",
		}
	}).(pulumi.StringMapOutput)
	if _, err := batchv1.NewJob(ctx, "app", &batchv1.JobArgs{Metadata: meta("app")}, below); err != nil {
		return err
	}
	if _, err := corev1.NewSecret(ctx, "app", &corev1.SecretArgs{
		Metadata: meta("app"), Data: data,
		StringData: pulumi.StringMap{"url": pulumi.Sprintf("redis://default:%s@app", password.Result)},
	}, below); err != nil {
		return err
	}
	_, err = appsv1.NewDeployment(ctx, "app", &appsv1.DeploymentArgs{
		Metadata: meta("app"), Spec: appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(2), Selector: metav1.LabelSelectorArgs{},
			Template: corev1.PodTemplateSpecArgs{Spec: corev1.PodSpecArgs{
				Containers: corev1.ContainerArray{corev1.ContainerArgs{Name: pulumi.String("app"), Tty: pulumi.Bool(true)}},
				Volumes: corev1.VolumeArray{corev1.VolumeArgs{
					Name: pulumi.String("secrets"), Projected: corev1.ProjectedVolumeSourceArgs{
						Sources: corev1.VolumeProjectionArray{corev1.VolumeProjectionArgs{
							Secret: corev1.SecretProjectionArgs{Name: pulumi.String("app")},
						}},
					},
				}},
			}},
		},
	}, below, pulumi.DependsOn([]pulumi.Resource{namespace}))
	return err
}

func meta(name string) metav1.ObjectMetaArgs { return metav1.ObjectMetaArgs{Name: pulumi.String(name)} }

func evaluate(t *testing.T, program pulumi.RunFunc) ([]offline.Resource, string) {
	t.Helper()
	graph, err := offline.Evaluate(t.Context(), program, offline.Options{Project: "p", Stack: "s"})
	require.NoError(t, err)
	text, err := json.Marshal(graph.Resources)
	require.NoError(t, err)
	return graph.Resources, string(text)
}

// A replay registers exactly what was recorded, and uses its own passwords for
// it: offline they are the same again, but a dependency shows where they went.
func TestReplayOfARecordingIsTheRecording(t *testing.T) {
	original, recorded := evaluate(t, stack)
	var frozen []offline.Resource
	require.NoError(t, json.Unmarshal([]byte(recorded), &frozen))
	again, replayed := evaluate(t, replay.Program(frozen, map[string]string{"kubernetes": "4.0.0"}))
	assert.JSONEq(t, recorded, replayed)

	require.Len(t, again, len(original))
	for i, one := range again {
		assert.Equal(t, original[i].Custom, one.Custom, one.Name)
		assert.Equal(t, original[i].Properties, one.Properties, "%s %s: what is secret, too", one.Type, one.Name)
		switch one.Type {
		case "kubernetes:core/v1:Secret":
			assert.Contains(t, one.DependsOn, "random:index/randomPassword:RandomPassword app-password")
			assert.Contains(t, one.DependsOn, "kubernetes:core/v1:Namespace space")
		case "kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:Job":
			assert.Contains(t, one.DependsOn, "kubernetes:core/v1:Secret app", "workloads come last")
			assert.NotContains(t, one.DependsOn, "kubernetes:batch/v1:Job app", "a Job may wait for a workload")
			assert.NotContains(t, one.DependsOn, "kubernetes:apps/v1:Deployment app")
		}
	}
}

func TestErrors(t *testing.T) {
	const typ = "kubernetes:core/v1:ConfigMap"
	for name, row := range map[string]struct {
		one  offline.Resource
		want string
	}{
		"no parent":   {offline.Resource{Type: typ, Name: "a", Parent: "x:y:Z b"}, "replay " + typ + " a: x:y:Z b is not in the recording"},
		"no provider": {offline.Resource{Type: typ, Name: "a", Provider: "c"}, "pulumi:providers:kubernetes c is not in the recording"},
		"a look-up":   {offline.Resource{Type: typ, Name: "a", Read: true}, "the recorded program looks it up"},
		"null":        {offline.Resource{Type: typ, Name: "a", Inputs: map[string]any{"data": map[string]any{"b": nil}}}, "data.b: an input of type <nil>"},
		"a password without length": {
			offline.Resource{Type: "random:index/randomPassword:RandomPassword", Name: "a"}, "random password a has no length"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := offline.Evaluate(t.Context(), replay.Program([]offline.Resource{row.one}, nil), offline.Options{Project: "p", Stack: "s"})
			assert.ErrorContains(t, err, row.want)
		})
	}
}

// What the engine and the SDKs add by themselves is no input.
func TestInputsLeaveOutBookkeeping(t *testing.T) {
	inputs, err := replay.Inputs(map[string]any{"__defaults": []any{}, "a": map[string]any{"__old": "x", "b": []any{1.0, true}}},
		func([]string, any) (pulumi.Input, error) { return nil, nil })
	require.NoError(t, err)
	assert.Equal(t, pulumi.Map{"a": pulumi.Map{"b": pulumi.Array{pulumi.Float64(1), pulumi.Bool(true)}}}, inputs)
}
