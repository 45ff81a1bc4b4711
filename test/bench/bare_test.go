package bench

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// bareProgram registers the recorded resources, and no component. The records
// are in an order in which each comes after what it needs.
func bareProgram(records []record, rename *strings.Replacer) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		made := bare{map[string]pulumi.Resource{}, map[string]pulumi.ResourceOption{}}
		for _, r := range records {
			if !r.Custom {
				continue
			}
			if err := made.register(ctx, r, rename); err != nil {
				return fmt.Errorf("%s: %w", r.URN, err)
			}
		}
		return nil
	}
}

// bare is what was registered so far, by the URNs of the records.
type bare struct {
	resources map[string]pulumi.Resource
	// providers are what makes a resource use that provider.
	providers map[string]pulumi.ResourceOption
}

func (m bare) register(ctx *pulumi.Context, r record, rename *strings.Replacer) error {
	inputs, err := asInputs(r.Inputs, rename)
	if err != nil {
		return err
	}
	if version, isProvider := r.version(); isProvider {
		if strings.HasPrefix(r.name(), "default_") { // the engine makes it when a version is asked for
			m.providers[r.URN] = version
			return nil
		}
		var provider struct{ pulumi.ProviderResourceState }
		if err := ctx.RegisterResource(r.Type, r.name(), inputs, &provider, version); err != nil {
			return err
		}
		m.providers[r.URN] = pulumi.Provider(&provider)
		return nil
	}
	var needs []pulumi.Resource
	for _, urn := range r.Dependencies {
		if resource, ok := m.resources[urn]; ok {
			needs = append(needs, resource)
		}
	}
	var resource struct{ pulumi.CustomResourceState }
	m.resources[r.URN] = &resource
	return ctx.RegisterResource(r.Type, r.name(), inputs, &resource, m.providers[r.providerURN()],
		pulumi.DependsOn(needs), pulumi.AdditionalSecretOutputs(r.AdditionalSecretOutputs))
}

// asInputs leaves out what the engine and the SDKs add by themselves.
func asInputs(values map[string]any, rename *strings.Replacer) (pulumi.Map, error) {
	inputs := pulumi.Map{}
	for key, value := range values {
		if strings.HasPrefix(key, "__") {
			continue
		}
		input, err := asInput(value, rename)
		if err != nil {
			return nil, err
		}
		inputs[key] = input
	}
	return inputs, nil
}

func asInput(value any, rename *strings.Replacer) (pulumi.Input, error) {
	switch value := value.(type) {
	case string:
		return pulumi.String(rename.Replace(value)), nil
	case float64:
		return pulumi.Float64(value), nil
	case bool:
		return pulumi.Bool(value), nil
	case []any:
		list := make(pulumi.Array, len(value))
		for i, item := range value {
			var err error
			if list[i], err = asInput(item, rename); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		secret, isSecret, err := openSecret(value)
		if err != nil {
			return nil, err
		}
		if !isSecret {
			return asInputs(value, rename)
		}
		input, err := asInput(secret, rename)
		return pulumi.ToSecret(input), err
	default:
		return nil, fmt.Errorf("an input of type %T", value)
	}
}
