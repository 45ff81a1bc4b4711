package bench

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/internal/replay"
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

// asInputs puts one namespace for the other and opens the state's secrets.
func asInputs(values map[string]any, rename *strings.Replacer) (pulumi.Map, error) {
	var take replay.Taker
	take = func(path []string, value any) (pulumi.Input, error) {
		switch value := value.(type) {
		case string:
			return pulumi.String(rename.Replace(value)), nil
		case map[string]any:
			secret, isSecret, err := openSecret(value)
			if err != nil || !isSecret {
				return nil, err
			}
			input, err := replay.Input(path, secret, take)
			return pulumi.ToSecret(input), err
		default:
			return nil, nil
		}
	}
	return replay.Inputs(values, take)
}
