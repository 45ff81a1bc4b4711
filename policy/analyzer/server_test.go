package analyzer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/rule"
)

func server(t *testing.T, rules ...rule.Rule) *analyzer.Server {
	t.Helper()
	s, err := analyzer.NewServer("test", "1.2.3", rules, func() time.Time { return day("2026-11-26") })
	require.NoError(t, err)
	return s
}

func request(t *testing.T, name string, data resource.PropertyMap) *pulumirpc.AnalyzeRequest {
	t.Helper()
	properties, err := plugin.MarshalProperties(resource.PropertyMap{
		"metadata": resource.NewObjectProperty(resource.PropertyMap{"name": resource.NewStringProperty(name)}),
		"data":     resource.NewObjectProperty(data),
	}, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	require.NoError(t, err)
	one := configMap(name)
	return &pulumirpc.AnalyzeRequest{Urn: one.URN, Type: one.Type, Name: one.Name, Properties: properties}
}

func TestTheProfileOfTheStackIsTheDefault(t *testing.T) {
	for stack, want := range map[string]pulumirpc.EnforcementLevel{
		"local": pulumirpc.EnforcementLevel_ADVISORY, "production": pulumirpc.EnforcementLevel_MANDATORY,
		"no/such stack": pulumirpc.EnforcementLevel_MANDATORY,
	} {
		s := server(t, realRules()...)
		_, err := s.ConfigureStack(t.Context(), &pulumirpc.AnalyzerStackConfigureRequest{Stack: stack})
		require.NoError(t, err)
		info, err := s.GetAnalyzerInfo(t.Context(), nil)
		require.NoError(t, err)
		require.NotEmpty(t, info.Policies)
		last := info.Policies[len(info.Policies)-1]
		assert.Equal(t, analyzer.ExpiredID, last.Name)
		assert.Equal(t, want, last.EnforcementLevel, stack)
	}
}

func TestAnswers(t *testing.T) {
	s := server(t, realRules()...)
	unsafe := request(t, "a", resource.PropertyMap{})
	unsafe.Type, unsafe.Urn = "kubernetes:core/v1:Pod", "urn:pulumi:test::p::kubernetes:core/v1:Pod::a"
	unsafe.Properties.Fields["spec"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		"containers": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStructValue(&structpb.Struct{})}}),
	}})
	answer, err := s.Analyze(t.Context(), unsafe)
	require.NoError(t, err)
	var found *pulumirpc.AnalyzeDiagnostic
	for _, d := range answer.Diagnostics {
		if d.PolicyName == "run-as-non-root" {
			found = d
		}
	}
	require.NotNil(t, found)
	assert.Equal(t, unsafe.Urn, found.Urn)
	assert.Equal(t, pulumirpc.EnforcementLevel_MANDATORY, found.EnforcementLevel)
	assert.Equal(t, pulumirpc.PolicySeverity_POLICY_SEVERITY_HIGH, found.Severity)
	assert.Equal(t, "Pod a: container spec.containers[0]: spec.containers[0].securityContext.runAsNonRoot is missing\n"+
		"Fix: Set securityContext.runAsNonRoot to true, on the pod or on the container.\n"+
		"See: docs/policies.md#run-as-non-root", found.Message)

	_, err = s.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{
		"all":             {EnforcementLevel: pulumirpc.EnforcementLevel_ADVISORY},
		"run-as-non-root": {EnforcementLevel: pulumirpc.EnforcementLevel_DISABLED},
	}})
	require.NoError(t, err)
	answer, err = s.Analyze(t.Context(), unsafe)
	require.NoError(t, err)
	for _, d := range answer.Diagnostics {
		assert.NotEqual(t, "run-as-non-root", d.PolicyName)
	}
	_, err = s.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{
		"no-such": {},
	}})
	assert.ErrorContains(t, err, `there is no rule "no-such"`)
}

// A remedy keeps what is secret secret and what is unknown unknown.
func TestRemediesTravel(t *testing.T) {
	rules := append(realRules(), keepsSecrets())
	s := server(t, rules...)
	_, err := s.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{
		"keeps": {EnforcementLevel: pulumirpc.EnforcementLevel_REMEDIATE},
	}})
	require.NoError(t, err)
	answer, err := s.Remediate(t.Context(), request(t, "a", resource.PropertyMap{
		"hidden": resource.MakeSecret(resource.NewStringProperty("s")), "later": resource.MakeComputed(resource.NewStringProperty("")),
	}))
	require.NoError(t, err)
	require.Len(t, answer.Remediations, 1)
	assert.Equal(t, "keeps", answer.Remediations[0].PolicyName)
	properties, err := plugin.UnmarshalProperties(answer.Remediations[0].Properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	require.NoError(t, err)
	data := properties["data"].ObjectValue()
	assert.True(t, data["hidden"].IsSecret())
	assert.True(t, data["later"].IsComputed())
	assert.Equal(t, "new", data["added"].StringValue())
}

// Rules of the stack judge what the program declares, not what a provider and
// the server behind it make of that.
func TestTheStackIsJudgedAsDeclared(t *testing.T) {
	counts := small()
	counts.Check, counts.CheckStack = nil, func(c *rule.Context, s rule.Stack) {
		for _, r := range s.Resources {
			c.Violation(r, "%d entries", len(r.At("data").Keys()))
		}
	}
	s := server(t, append(realRules(), counts)...)
	declared := request(t, "a", resource.PropertyMap{"x": resource.NewStringProperty("x")})
	made := request(t, "a", resource.PropertyMap{"x": resource.NewStringProperty("x"), "default": resource.NewStringProperty("y")})
	_, err := s.Analyze(t.Context(), declared)
	require.NoError(t, err)
	answer, err := s.AnalyzeStack(t.Context(), &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{
		{Urn: made.Urn, Type: made.Type, Name: made.Name, Properties: made.Properties},
		{Urn: made.Urn + "-unseen", Type: made.Type, Name: "b", Properties: made.Properties},
	}})
	require.NoError(t, err)
	var said []string
	for _, d := range answer.Diagnostics {
		if d.PolicyName == counts.ID {
			said = append(said, strings.Split(d.Message, "\n")[0])
		}
	}
	assert.Equal(t, []string{"ConfigMap a: 1 entries", "ConfigMap a: 2 entries"}, said, "of one that it was not asked about, all that is known")
}
