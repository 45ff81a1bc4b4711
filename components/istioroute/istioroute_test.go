package istioroute

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	networking "istio.io/api/networking/v1"
	security "istio.io/api/security/v1"

	"github.com/tripsage/infrastructure/internal/pulumitest"
	"github.com/tripsage/infrastructure/internal/pulumitest/componenttest"
)

func examples() map[string]Args {
	return map[string]Args{
		"rolling": rolling(), "single": single(), "bluegreen": blueGreen(), "canary": canary(), "flagger": flagger(),
	}
}

func TestTree(t *testing.T) {
	for name, args := range examples() {
		t.Run(name, func(t *testing.T) {
			recording := componenttest.Golden(t, name+".json", program(args))
			componenttest.Contract(t, recording, Type, "tripsage-api")
			for _, one := range recording.Resources {
				if one.Type != Type {
					loseNothing(t, one)
				}
			}
		})
	}
}

// loseNothing reads a spec into Istio's type and writes it again: the same text
// means that Istio sees every field.
func loseNothing(t *testing.T, one pulumitest.Resource) {
	t.Helper()
	spec := specOf(t, one)
	decode(t, one, spec)
	again, err := protojson.Marshal(spec)
	require.NoError(t, err)
	want, err := json.Marshal(one.Inputs["spec"])
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(again))
}

func TestOneOwnerOfTheWeights(t *testing.T) {
	for name, args := range examples() {
		recording, err := pulumitest.Up(program(args))
		require.NoError(t, err)
		want := 1
		if args.WeightsOwner == OwnerFlagger {
			want = 0
		}
		assert.Len(t, named(recording, "VirtualService"), want, name)
		assert.Len(t, named(recording, "DestinationRule"), want, name)
		assert.Len(t, named(recording, "Gateway"), 1, name)
	}
}

func TestGatewayTakesOnlyTLS(t *testing.T) {
	recording, err := pulumitest.Up(program(blueGreen()))
	require.NoError(t, err)
	var spec networking.Gateway
	decode(t, named(recording, "Gateway")["tripsage-api"], &spec)
	require.Len(t, spec.Servers, 2)
	assert.Equal(t, networking.ServerTLSSettings_TLSV1_2, spec.Servers[0].Tls.MinProtocolVersion)
	assert.Equal(t, "api-tripsage-ai-tls", spec.Servers[0].Tls.CredentialName)
	assert.True(t, spec.Servers[1].Tls.HttpsRedirect)
	for _, server := range spec.Servers {
		assert.Equal(t, []string{"./api.tripsage.ai", "./api-eu.tripsage.ai"}, server.Hosts)
	}
}

func TestOnlyDeclaredCallersAreAllowed(t *testing.T) {
	recording, err := pulumitest.Up(program(rolling()))
	require.NoError(t, err)
	policies := named(recording, "AuthorizationPolicy")
	assert.Equal(t, []string{
		"default-deny", "tripsage-api-from-flagger", "tripsage-api-from-ingress", "tripsage-api-from-monitoring", "tripsage-api-plain-ports",
	}, slices.Sorted(maps.Keys(policies)))

	sources := map[string]*security.Source{}
	for name, one := range policies {
		var policy security.AuthorizationPolicy
		decode(t, one, &policy)
		assert.Equal(t, security.AuthorizationPolicy_ALLOW, policy.Action)
		if name == "default-deny" {
			assert.Equal(t, map[string]any{}, one.Inputs["spec"], "an empty spec: all pods, no rules")
			continue
		}
		assert.Equal(t, map[string]string{instanceLabel: "tripsage-api"}, policy.Selector.MatchLabels, name)
		require.Len(t, policy.Rules, 1, name)
		assert.NotEmpty(t, policy.Rules[0].To[0].Operation.Ports, name)
		if from := policy.Rules[0].From; len(from) > 0 {
			sources[name] = from[0].Source
		} else {
			assert.Equal(t, []string{"9090"}, policy.Rules[0].To[0].Operation.Ports, "only plain ports are open to all")
		}
	}
	assert.Equal(t, []string{"cluster.local/ns/istio-ingress/sa/istio-ingress"}, sources["tripsage-api-from-ingress"].Principals)
	assert.Equal(t, []string{"cluster.local/ns/flagger/sa/flagger-loadtester"}, sources["tripsage-api-from-flagger"].Principals)
	assert.Equal(t, []string{"monitoring"}, sources["tripsage-api-from-monitoring"].Namespaces)
	assert.Len(t, sources, 3)
}

func TestMutualTLSIsStrictButForPlainPorts(t *testing.T) {
	recording, err := pulumitest.Up(program(rolling()))
	require.NoError(t, err)
	found := named(recording, "PeerAuthentication")
	require.Len(t, found, 2)
	for name, one := range found {
		var spec security.PeerAuthentication
		decode(t, one, &spec)
		assert.Equal(t, security.PeerAuthentication_MutualTLS_STRICT, spec.Mtls.Mode, name)
		if name == "default" {
			assert.Nil(t, spec.Selector)
			assert.Empty(t, spec.PortLevelMtls)
			continue
		}
		assert.Equal(t, map[string]string{instanceLabel: "tripsage-api"}, spec.Selector.MatchLabels)
		require.Len(t, spec.PortLevelMtls, 1)
		assert.Equal(t, security.PeerAuthentication_MutualTLS_PERMISSIVE, spec.PortLevelMtls[9090].Mode)
	}
	recording, err = pulumitest.Up(program(canary()))
	require.NoError(t, err)
	assert.Len(t, named(recording, "PeerAuthentication"), 1)
}

func TestOutputs(t *testing.T) {
	got := make(chan []any, 1)
	_, err := pulumitest.Up(func(ctx *pulumi.Context) error {
		c, err := New(ctx, "tripsage-api", blueGreen())
		if err != nil {
			return err
		}
		pulumi.All(c.GatewayName, c.URLs).ApplyT(func(values []any) string { got <- values; return "" })
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []any{"tripsage-api", []string{"https://api.tripsage.ai", "https://api-eu.tripsage.ai"}}, <-got)
}

func TestArgsAreNotWrittenTo(t *testing.T) {
	args := blueGreen()
	_, err := pulumitest.Up(program(args))
	require.NoError(t, err)
	assert.Equal(t, blueGreen(), args)
}
