package analyzer

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/tripsage/infrastructure/policy/rule"
)

// described is what the engine says of a resource, alone or among others.
type described interface {
	GetUrn() string
	GetType() string
	GetName() string
	GetProperties() *structpb.Struct
	GetOptions() *pulumirpc.AnalyzerResourceOptions
}

func decode(from described) (rule.Resource, error) {
	properties, err := plugin.UnmarshalProperties(from.GetProperties(), marshalling(from.GetUrn()))
	if err != nil {
		return rule.Resource{}, fmt.Errorf("reading the properties of %s: %w", from.GetUrn(), err)
	}
	r := identify(from)
	r.Properties = rule.Of(resource.FromResourcePropertyMap(unseen(resource.NewObjectProperty(properties)).ObjectValue()))
	return r, nil
}

// identify is the resource without its properties.
func identify(from described) rule.Resource {
	return rule.Resource{
		URN: from.GetUrn(), Type: from.GetType(), Name: from.GetName(),
		Parent: from.GetOptions().GetParent(), Protect: from.GetOptions().GetProtect(),
	}
}

// unseen makes unknown what `pulumi policy analyze` could not decrypt: it puts
// a text in the place of each such secret, whatever its type.
func unseen(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsString() && v.StringValue() == "[secret]":
		return resource.MakeSecret(resource.MakeComputed(resource.NewStringProperty("")))
	case v.IsSecret():
		return resource.MakeSecret(unseen(v.SecretValue().Element))
	case v.IsArray():
		for i, item := range v.ArrayValue() {
			v.ArrayValue()[i] = unseen(item)
		}
	case v.IsObject():
		for key, item := range v.ObjectValue() {
			v.ObjectValue()[key] = unseen(item)
		}
	}
	return v
}

func encode(properties property.Map) (*structpb.Struct, error) {
	return plugin.MarshalProperties(resource.ToResourcePropertyMap(properties), marshalling("remediate"))
}

func marshalling(label string) plugin.MarshalOptions {
	return plugin.MarshalOptions{
		Label: label, KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true,
	}
}

// describe is a rule as the engine lists it, with a schema of its settings.
func describe(r rule.Rule, setting Setting) (*pulumirpc.PolicyInfo, error) {
	fields := map[string]any{exemptKey: exemptSchema(setting.Exempt)}
	for _, p := range r.Parameters {
		value := p.Default
		if given, ok := setting.Parameters[p.Name]; ok {
			value = given
		}
		fields[p.Name] = parameterSchema(p, value)
	}
	schema, err := structpb.NewStruct(fields)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.ID, err)
	}
	kind := pulumirpc.PolicyType_POLICY_TYPE_RESOURCE
	if r.CheckStack != nil {
		kind = pulumirpc.PolicyType_POLICY_TYPE_STACK
	}
	return &pulumirpc.PolicyInfo{
		Name: r.ID, DisplayName: r.Title, Description: r.Reason, Message: r.Fix,
		EnforcementLevel: levelToWire(setting.Level), Severity: severityToWire(r.Severity),
		PolicyType:       kind,
		RemediationSteps: r.Fix, Url: page(r.ID),
		ConfigSchema: &pulumirpc.PolicyConfigSchema{Properties: schema},
	}, nil
}

func parameterSchema(p rule.Parameter, value any) map[string]any {
	schema := map[string]any{"description": p.Description, "default": value}
	switch value := value.(type) {
	case []string:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, item)
		}
		schema["type"], schema["default"], schema["items"] = "array", items, map[string]any{"type": "string"}
	case float64:
		schema["type"] = "number"
	case bool:
		schema["type"] = "boolean"
	default:
		schema["type"] = "string"
	}
	return schema
}

func exemptSchema(now []Exemption) map[string]any {
	text := map[string]any{"type": "string", "minLength": 1}
	current := make([]any, 0, len(now))
	for _, e := range now {
		current = append(current, map[string]any{
			"resource": e.Resource, "reason": e.Reason, "until": e.Until.Format("2006-01-02"),
		})
	}
	return map[string]any{
		"type":        "array",
		"description": "Resources that may break the rule: their titles (* is a wildcard), why, and the last day.",
		"default":     current,
		"items": map[string]any{
			"type": "object", "required": []any{"resource", "reason", "until"}, "additionalProperties": false,
			"properties": map[string]any{"resource": text, "reason": text, "until": text},
		},
	}
}

func (s *Server) diagnostics(verdicts []Verdict) []*pulumirpc.AnalyzeDiagnostic {
	var all []*pulumirpc.AnalyzeDiagnostic
	for _, v := range verdicts {
		level := v.Level
		if level == Remediate { // it was not mended
			level = Mandatory
		}
		all = append(all, &pulumirpc.AnalyzeDiagnostic{
			PolicyName: v.Rule.ID, PolicyPackName: s.name, PolicyPackVersion: s.version,
			Description: v.Rule.Title, Message: v.Text(),
			EnforcementLevel: levelToWire(level), Severity: severityToWire(v.Rule.Severity), Urn: v.Resource.URN,
		})
	}
	return all
}

// Text is what a person reads: the resource and what is wrong, how to mend it,
// and where to read more.
func (v Verdict) Text() string {
	what := v.Message
	if v.Resource.URN != "" {
		what = v.Resource.Title() + ": " + what
	}
	return strings.Join([]string{what, "Fix: " + v.Rule.Fix, "See: " + page(v.Rule.ID)}, "\n")
}

func page(id string) string { return "docs/policies.md#" + id }

func levelOf(wire pulumirpc.EnforcementLevel) Level {
	return Level(strings.ToLower(wire.String()))
}

func levelToWire(l Level) pulumirpc.EnforcementLevel {
	return pulumirpc.EnforcementLevel(pulumirpc.EnforcementLevel_value[strings.ToUpper(string(l))])
}

func severityToWire(s rule.Severity) pulumirpc.PolicySeverity {
	return pulumirpc.PolicySeverity(pulumirpc.PolicySeverity_value["POLICY_SEVERITY_"+strings.ToUpper(string(s))])
}
