package namespace

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

func program(args Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := New(ctx, "tripsage", args)
		return err
	}
}

func TestTree(t *testing.T) {
	recording := componenttest.Golden(t, "namespace.json", program(Args{Version: "1.2.3"}))
	componenttest.Contract(t, recording, Type, "tripsage")
	assert.False(t, recording.One(t, "kubernetes:core/v1:Namespace", "tripsage").Protect)
}

func TestProtect(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{Protect: true}))
	require.NoError(t, err)
	assert.True(t, recording.One(t, "kubernetes:core/v1:Namespace", "tripsage").Protect)
}

func TestPoliciesCloseEverythingButDNS(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{}))
	require.NoError(t, err)
	policies := recording.OfType(policyType)
	require.Len(t, policies, 3)
	for _, one := range policies {
		var policy networkingv1.NetworkPolicy
		require.NoError(t, one.Decode(&policy))
		assert.Contains(t, one.Inputs["spec"], "podSelector", "an absent selector is not the same as an empty one")
		assert.Empty(t, policy.Spec.PodSelector.MatchLabels)
		if policy.Name == "allow-dns" {
			require.Len(t, policy.Spec.Egress, 1)
			assert.Equal(t, map[string]string{"k8s-app": "kube-dns"}, policy.Spec.Egress[0].To[0].PodSelector.MatchLabels)
			continue
		}
		assert.Len(t, policy.Spec.PolicyTypes, 1)
		assert.Empty(t, policy.Spec.Ingress)
		assert.Empty(t, policy.Spec.Egress)
	}
}

func TestMesh(t *testing.T) {
	recording := componenttest.Golden(t, "mesh.json", program(Args{Version: "1.2.3", Mesh: true}))
	componenttest.Contract(t, recording, Type, "tripsage")

	var namespace corev1.Namespace
	require.NoError(t, recording.One(t, "kubernetes:core/v1:Namespace", "tripsage").Decode(&namespace))
	assert.Equal(t, "enabled", namespace.Labels["istio-injection"])
	assert.Equal(t, "restricted", namespace.Labels["pod-security.kubernetes.io/enforce"], "a mesh is no reason for privileges")

	var policy networkingv1.NetworkPolicy
	require.NoError(t, recording.One(t, policyType, "tripsage-allow-istiod").Decode(&policy))
	pods, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	require.NoError(t, err)
	assert.True(t, pods.Matches(labels.Set{"app": "api"}))
	assert.False(t, pods.Matches(labels.Set{"app": "postgres", "sidecar.istio.io/inject": "false"}), "no sidecar, no way out")
	require.Len(t, policy.Spec.Egress, 1)
	require.Len(t, policy.Spec.Egress[0].To, 1)
	assert.Equal(t, map[string]string{"kubernetes.io/metadata.name": "istio-system"}, policy.Spec.Egress[0].To[0].NamespaceSelector.MatchLabels)
	assert.Equal(t, map[string]string{"app": "istiod"}, policy.Spec.Egress[0].To[0].PodSelector.MatchLabels)
	assert.EqualValues(t, 15012, policy.Spec.Egress[0].Ports[0].Port.IntVal)
}

// What uses the namespace's name must wait for the policies.
func TestNameComesFromThePolicies(t *testing.T) {
	var name string
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		component, err := New(ctx, "tripsage", Args{Name: "staging"})
		if err != nil {
			return err
		}
		component.Name.ApplyT(func(value string) string { name = value; return value })
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "staging", name)
}

func TestValidate(t *testing.T) {
	for name, tt := range map[string]struct {
		args Args
		want []string
	}{
		"good":   {args: Args{Name: "tripsage"}},
		"latest": {args: Args{PodSecurityVersion: "latest"}},
		"name":   {args: Args{Name: "Trip_Sage"}, want: []string{`Name is "Trip_Sage": expected a DNS label`}},
		"all at once": {
			args: Args{Name: "-", Version: "a b", PodSecurityVersion: "1.34"},
			want: []string{`Name is "-"`, `Version is "a b": expected a label value`, `PodSecurityVersion is "1.34": expected v1.<minor> or latest`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := tt.args.withDefaults("tripsage").Validate()
			if tt.want == nil {
				assert.NoError(t, err)
			}
			for _, want := range tt.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestBadArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(program(Args{Name: "-"}))
	assert.ErrorContains(t, err, `namespace tripsage:`)
	assert.Empty(t, recording.Resources)
}
