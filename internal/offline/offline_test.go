package offline_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/offline"
)

func evaluate(t *testing.T, program pulumi.RunFunc) offline.Graph {
	t.Helper()
	graph, err := offline.Evaluate(t.Context(), program, offline.Options{Project: "p", Stack: "s"})
	require.NoError(t, err)
	return graph
}

func configMap(ctx *pulumi.Context, name string, data pulumi.StringMap, opts ...pulumi.ResourceOption) (*corev1.ConfigMap, error) {
	return corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(name)}, Data: data,
	}, opts...)
}

func names(graph offline.Graph) []string {
	var all []string
	for _, one := range graph.Resources {
		all = append(all, one.Name)
	}
	return all
}

func TestDependencies(t *testing.T) {
	graph := evaluate(t, func(ctx *pulumi.Context) error {
		a, err := configMap(ctx, "a", nil)
		if err != nil {
			return err
		}
		b, err := configMap(ctx, "b", nil)
		if err != nil {
			return err
		}
		_, err = configMap(ctx, "c", pulumi.StringMap{"a": a.Metadata.Name().Elem()}, pulumi.DependsOn([]pulumi.Resource{b, a}))
		return err
	})
	require.Equal(t, []string{"a", "b", "c"}, names(graph))
	assert.Empty(t, graph.Resources[0].DependsOn)
	assert.Equal(t, []string{"kubernetes:core/v1:ConfigMap a", "kubernetes:core/v1:ConfigMap b"}, graph.Resources[2].DependsOn)
	assert.True(t, graph.Resources[2].Custom)
}

// Inputs, made for golden files, cannot tell an object with the key "secret"
// from a secret; Properties can.
func TestSecretsAreToldFromObjects(t *testing.T) {
	graph := evaluate(t, func(ctx *pulumi.Context) error {
		_, err := configMap(ctx, "a", pulumi.StringMap{"secret": pulumi.String("plain")})
		if err != nil {
			return err
		}
		_, err = configMap(ctx, "b", pulumi.StringMap{"x": pulumi.ToSecret(pulumi.String("hidden")).(pulumi.StringOutput)})
		return err
	})
	plain, hidden := graph.Resources[0].Properties["data"], graph.Resources[1].Properties["data"]
	assert.False(t, plain.ContainsSecrets())
	assert.True(t, hidden.ContainsSecrets())
}

// countAddresses uses a value that only a cluster knows.
func countAddresses(ctx *pulumi.Context) error {
	web, err := corev1.NewService(ctx, "web", &corev1.ServiceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String("web")},
	})
	if err != nil {
		return err
	}
	count := web.Status.LoadBalancer().Ingress().ApplyT(func(addresses []corev1.LoadBalancerIngress) string {
		return strconv.Itoa(len(addresses))
	}).(pulumi.StringOutput)
	_, err = configMap(ctx, "a", pulumi.StringMap{
		"addresses": count, "b": pulumi.String("known"),
	})
	return err
}

func TestPreviewMarksWhatOnlyAProviderKnows(t *testing.T) {
	graph, err := offline.Evaluate(t.Context(), countAddresses, offline.Options{Project: "p", Stack: "s", Preview: true})
	require.NoError(t, err)
	assert.True(t, graph.Resources[0].Properties["data"].ContainsUnknowns(), "%v", graph.Resources[0].Properties)

	graph = evaluate(t, countAddresses)
	assert.False(t, graph.Resources[0].Properties["data"].ContainsUnknowns())
}

func TestALookupIsNoRegistration(t *testing.T) {
	graph := evaluate(t, func(ctx *pulumi.Context) error {
		_, err := corev1.GetConfigMap(ctx, "found", pulumi.ID("ns/found"), nil)
		return err
	})
	require.Len(t, graph.Resources, 1)
	assert.True(t, graph.Resources[0].Read)
	assert.Equal(t, "kubernetes:core/v1:ConfigMap", graph.Resources[0].Type)
}

// The environment is the engine's way to configure a program: without an
// engine a variable left over from somewhere must not count.
func TestOnlyGivenConfigurationCounts(t *testing.T) {
	t.Setenv(pulumi.EnvConfig, `{"p:a":"from the environment","p:b":"from the environment"}`)
	t.Setenv(pulumi.EnvDryRun, "true")
	var a, b, stack string
	var hasB, isSecret, dry bool
	_, err := offline.Evaluate(t.Context(), func(ctx *pulumi.Context) error {
		a, _ = ctx.GetConfig("p:a")
		b, hasB = ctx.GetConfig("p:b")
		isSecret, dry, stack = ctx.IsConfigSecret("p:a"), ctx.DryRun(), ctx.Stack()
		return nil
	}, offline.Options{Project: "p", Stack: "s", Config: map[string]string{"p:a": "given"}, SecretKeys: []string{"p:a"}})
	require.NoError(t, err)
	assert.Equal(t, "given", a)
	assert.Empty(t, b)
	assert.False(t, hasB)
	assert.True(t, isSecret)
	assert.False(t, dry)
	assert.Equal(t, "s", stack)
}

func TestErrors(t *testing.T) {
	for name, row := range map[string]struct {
		program pulumi.RunFunc
		options offline.Options
		want    string
	}{
		"the program's own": {
			program: func(*pulumi.Context) error { return errors.New("mine") }, want: "mine"},
		"a function of a provider": {
			program: func(ctx *pulumi.Context) error {
				var result struct{}
				return ctx.Invoke("aws:index:getRegion", nil, &result)
			}, want: "aws:index:getRegion, which only a provider can answer"},
		"a password without length": {
			program: func(ctx *pulumi.Context) error {
				var state random.RandomPassword
				return ctx.RegisterResource("random:index/randomPassword:RandomPassword", "x", nil, &state)
			}, want: "random password x has no length"},
		"no stack": {options: offline.Options{Project: "p"}, want: "Options.Project and Options.Stack are required"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.options.Project == "" {
				row.options = offline.Options{Project: "p", Stack: "s"}
			}
			_, err := offline.Evaluate(t.Context(), row.program, row.options)
			assert.ErrorContains(t, err, row.want)
		})
	}
}

func TestTheProgramSeesTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := offline.Evaluate(ctx, func(ctx *pulumi.Context) error { return ctx.Context().Err() },
		offline.Options{Project: "p", Stack: "s"})
	assert.ErrorIs(t, err, context.Canceled)
}

// Whatever the order of registration, the graph's order is the same, and an
// invented password hangs on nothing but its resource.
func TestOrderAndPasswordsAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,8}`), 1, 8, rapid.ID).Draw(t, "names")
		length := rapid.IntRange(1, 200).Draw(t, "length")
		results := func(names []string) map[string]string {
			found := map[string]string{}
			graph, err := offline.Evaluate(context.Background(), func(ctx *pulumi.Context) error {
				for _, name := range names {
					password, err := random.NewRandomPassword(ctx, name, &random.RandomPasswordArgs{Length: pulumi.Int(length)})
					if err != nil {
						return err
					}
					if _, err := configMap(ctx, name, pulumi.StringMap{"password": password.Result}); err != nil {
						return err
					}
				}
				return nil
			}, offline.Options{Project: "p", Stack: "s"})
			require.NoError(t, err)
			var order []string
			for _, one := range graph.Resources {
				order = append(order, one.Type+" "+one.Name)
				if data, ok := one.Properties["data"]; ok {
					found[one.Name] = text(data)
					assert.Len(t, found[one.Name], length)
				}
			}
			found["order"] = strings.Join(order, ",")
			return found
		}
		forwards := results(all)
		backwards := make([]string, 0, len(all))
		for i := range all {
			backwards = append(backwards, all[len(all)-1-i])
		}
		assert.Equal(t, forwards, results(backwards))
	})
}

func text(data resource.PropertyValue) string {
	if data.IsSecret() {
		data = data.SecretValue().Element
	}
	password := data.ObjectValue()["password"]
	if password.IsSecret() {
		password = password.SecretValue().Element
	}
	return password.StringValue()
}
