package policytest

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/rule"
)

// overTheWire has the pack judge a stack as the engine does: a call for each
// resource, then one for all of them.
func overTheWire(t testing.TB, s stack, rules []rule.Rule) []*pulumirpc.AnalyzeDiagnostic {
	t.Helper()
	server, err := analyzer.NewServer("policytest", "0.0.0", rules, reviewed)
	require.NoError(t, err)
	_, err = server.ConfigureStack(t.Context(), &pulumirpc.AnalyzerStackConfigureRequest{Stack: s.name, Project: project})
	require.NoError(t, err)
	var found []*pulumirpc.AnalyzeDiagnostic
	all := &pulumirpc.AnalyzeStackRequest{}
	for _, one := range s.resources {
		parent := alone(one.resource()).Parent
		options := &pulumirpc.AnalyzerResourceOptions{Protect: one.Protect, Parent: parent}
		answer, err := server.Analyze(t.Context(), &pulumirpc.AnalyzeRequest{
			Urn: one.URN, Type: one.Type, Name: one.Name, Properties: wireOf(t, one), Options: options,
		})
		require.NoError(t, err)
		found = append(found, answer.GetDiagnostics()...)
		all.Resources = append(all.Resources, &pulumirpc.AnalyzerResource{
			Urn: one.URN, Type: one.Type, Name: one.Name, Properties: wireOf(t, one), Options: options, Parent: one.Parent,
		})
	}
	answer, err := server.AnalyzeStack(t.Context(), all)
	require.NoError(t, err)
	return append(found, answer.GetDiagnostics()...)
}

func wireOf(t testing.TB, one thing) *structpb.Struct {
	t.Helper()
	fields, err := plugin.MarshalProperties(resource.ToResourcePropertyMap(propertiesOf(one.Properties).AsMap()),
		plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true})
	require.NoError(t, err)
	return fields
}

// wordsOf are what a reader sees, one a line.
func wordsOf(found []*pulumirpc.AnalyzeDiagnostic) []string {
	var all []string
	for _, d := range found {
		all = append(all, d.GetPolicyName()+": "+d.GetMessage())
	}
	return all
}

// An expired exemption would stop every preview; it must not come as a
// surprise.
func TestExemptionsLast(t *testing.T) {
	for _, name := range shipped() {
		for id, setting := range courtOf(t, name).settings {
			for _, e := range setting.Exempt {
				if left := time.Until(e.Until); left < 30*24*time.Hour {
					t.Logf("the exemption of %q from %s on %s ends on %s", e.Resource, id, name, e.Until.Format(time.DateOnly))
				}
				require.True(t, e.Until.After(reviewed()), "%s: the exemption of %q from %s has ended", name, e.Resource, id)
			}
		}
	}
}
