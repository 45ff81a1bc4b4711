package renderer_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/renderer"
	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

func objects(t *testing.T, program pulumi.RunFunc) ([]renderer.Object, error) {
	t.Helper()
	graph, err := offline.Evaluate(context.Background(), program,
		offline.Options{Project: "p", Stack: "s", Preview: true})
	require.NoError(t, err)
	return renderer.Objects(graph)
}

func hidden(text string) pulumi.StringOutput {
	return pulumi.ToSecret(pulumi.String(text)).(pulumi.StringOutput)
}

func meta(namespace, name string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{Name: pulumi.String(name), Namespace: pulumi.String(namespace)}
}

// small has one of everything that rendering looks at.
func small(ctx *pulumi.Context) error {
	provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String("")})
	if err != nil {
		return err
	}
	inside := pulumi.Provider(provider)
	password, err := random.NewRandomPassword(ctx, "password", &random.RandomPasswordArgs{Length: pulumi.Int(40)})
	if err != nil {
		return err
	}
	if _, err = corev1.NewSecret(ctx, "keys", &corev1.SecretArgs{
		Metadata:   meta("shop", "keys"),
		Data:       pulumi.StringMap{"password": password.Result, "unmarked": pulumi.String("aHVudGVyMg==")},
		StringData: pulumi.StringMap{"text": pulumi.String("hunter2")},
	}, inside); err != nil {
		return err
	}
	web, err := corev1.NewService(ctx, "web", &corev1.ServiceArgs{
		Metadata: meta("shop", "web"),
		Spec:     corev1.ServiceSpecArgs{Ports: corev1.ServicePortArray{corev1.ServicePortArgs{Port: pulumi.Int(80), TargetPort: pulumi.String("http")}}},
	}, inside)
	if err != nil {
		return err
	}
	if _, err = corev1.NewConfigMap(ctx, "settings", &corev1.ConfigMapArgs{
		Metadata: meta("shop", "settings"),
		Data: pulumi.StringMap{
			"address": web.Status.ApplyT(func(*corev1.ServiceStatus) string { return "" }).(pulumi.StringOutput),
			"script":  pulumi.String("#!/bin/sh\nexec web\n"), "yes": pulumi.String("no"), "token": hidden("hunter2"),
		},
	}, inside); err != nil {
		return err
	}
	for group, name := range map[string]string{"networking.istio.io/v1": "web", "gateway.networking.k8s.io/v1": "web", "example.com/v1": "other"} {
		if _, err = apiextensions.NewCustomResource(ctx, group, &apiextensions.CustomResourceArgs{
			ApiVersion: pulumi.String(group), Kind: pulumi.String("Gateway"), Metadata: meta("shop", name),
			OtherFields: map[string]any{"spec": map[string]any{
				"empty": map[string]any{}, "none": []any{}, "big": 1000000, "share": 0.5, "on": true,
				"secret": map[string]any{"secretName": "keys"}, "password": hidden("hunter2"),
			}},
		}, inside); err != nil {
			return err
		}
	}
	_, err = corev1.GetConfigMap(ctx, "looked-up", pulumi.ID("shop/looked-up"), nil)
	return err
}

func TestObjects(t *testing.T) {
	found, err := objects(t, small)
	require.NoError(t, err)
	var text strings.Builder
	for _, one := range found {
		text.WriteString("# " + one.File + "\n" + string(one.Content) + "\n")
	}
	assert.NotContains(t, text.String(), "hunter2")
	assert.NotContains(t, text.String(), base64.StdEncoding.EncodeToString([]byte("hunter2")))
	pulumitest.Golden(t, "small.yaml", []byte(text.String()))
}

func TestTheSameBytesEveryTime(t *testing.T) {
	first, err := objects(t, small)
	require.NoError(t, err)
	for range 5 {
		again, err := objects(t, small)
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

func TestWhatCannotBeRendered(t *testing.T) {
	for name, row := range map[string]struct {
		program pulumi.RunFunc
		want    []string
	}{
		"a name that the provider makes up": {func(ctx *pulumi.Context) error {
			_, err := corev1.NewConfigMap(ctx, "a", &corev1.ConfigMapArgs{})
			return err
		}, []string{"render kubernetes:core/v1:ConfigMap a: metadata.name is not fixed"}},
		"a secret name": {func(ctx *pulumi.Context) error {
			_, err := corev1.NewConfigMap(ctx, "a", &corev1.ConfigMapArgs{Metadata: metav1.ObjectMetaArgs{Name: hidden("x")}})
			return err
		}, []string{"metadata.name is not fixed"}},
		"what is no object": {func(ctx *pulumi.Context) error {
			var state pulumi.CustomResourceState
			return ctx.RegisterResource("kubernetes:helm.sh/v3:Release", "chart", nil, &state)
		}, []string{"render kubernetes:helm.sh/v3:Release chart: it has no apiVersion and kind"}},
		"one object twice": {func(ctx *pulumi.Context) error {
			for _, name := range []string{"a", "b"} {
				if _, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{Metadata: meta("shop", "same")}); err != nil {
					return err
				}
			}
			return nil
		}, []string{`two resources are the same object: ConfigMap same of v1 in namespace "shop"`}},
		"everything at once": {func(ctx *pulumi.Context) error {
			for _, name := range []string{"a", "b"} {
				if _, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{}); err != nil {
					return err
				}
			}
			return nil
		}, []string{"ConfigMap a: metadata.name", "ConfigMap b: metadata.name"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := objects(t, row.program)
			require.Error(t, err)
			for _, want := range row.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestFileNames(t *testing.T) {
	found, err := objects(t, func(ctx *pulumi.Context) error {
		for i, place := range [][3]string{
			{"v1", "shop", "alone"}, {"v1", "", "system:reader"},
			{"v1", "shop", "two"}, {"example.com/v1", "shop", "two"},
			{"example.com/v1", "shop", "three"}, {"example.com/v1", "bank", "three"}, {"v1", "", "three"},
		} {
			metadata := metav1.ObjectMetaArgs{Name: pulumi.String(place[2])}
			if place[1] != "" {
				metadata.Namespace = pulumi.String(place[1])
			}
			if _, err := apiextensions.NewCustomResource(ctx, string(rune('a'+i)), &apiextensions.CustomResourceArgs{
				ApiVersion: pulumi.String(place[0]), Kind: pulumi.String("Thing"), Metadata: metadata,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	var files []string
	for _, one := range found {
		files = append(files, one.File)
	}
	assert.Equal(t, []string{
		"core.thing.three.yaml", "core.thing.two.yaml",
		"example.com.thing.three.bank.yaml", "example.com.thing.three.shop.yaml", "example.com.thing.two.yaml",
		"thing.alone.yaml", "thing.system%3Areader.yaml",
	}, files)
}
