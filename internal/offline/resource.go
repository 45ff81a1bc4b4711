package offline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Resource is one registration as plain data. Its JSON form is what golden
// files hold, so it leaves out what follows from the rest.
type Resource struct {
	Type string `json:"type"`
	Name string `json:"name"`
	// Parent is "type name" of the parent, or empty under the stack.
	Parent string `json:"parent,omitempty"`
	// Provider is the name of an explicit provider.
	Provider       string `json:"provider,omitempty"`
	Protect        bool   `json:"protect,omitempty"`
	RetainOnDelete bool   `json:"retainOnDelete,omitempty"`
	// Read means that the resource is looked up and not made.
	Read bool `json:"read,omitempty"`
	// Inputs are plain JSON values; a secret is {"secret": value}. Unknown ones
	// are left out.
	Inputs map[string]any `json:"inputs,omitempty"`
	// Custom resources are made by a provider; the others are components.
	Custom bool `json:"-"`
	// DependsOn are "type name" of what the engine would make before, because
	// an option says so or because an input is made of its outputs. Sorted.
	DependsOn []string `json:"-"`
	// Properties are the inputs with nothing lost: a secret is told from an
	// object with the key "secret", and an unknown value is Computed.
	Properties resource.PropertyMap `json:"-"`
}

// Decode turns the resource's inputs into a typed object, for instance one of
// k8s.io/api. A secret in a place of another type is an error.
func (r Resource) Decode(into any) error {
	text, err := json.Marshal(r.Inputs)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("inputs of %s %s: %w", r.Type, r.Name, err)
	}
	return nil
}

func (r Resource) compare(other Resource) int {
	return cmp.Or(
		cmp.Compare(r.Parent, other.Parent),
		cmp.Compare(r.Type, other.Type),
		cmp.Compare(r.Name, other.Name),
	)
}

func describe(args pulumi.MockResourceArgs) (Resource, error) {
	one := Resource{
		Type: args.TypeToken, Name: args.Name, Provider: shortProvider(args.Provider),
		Inputs: plainMap(args.Inputs), Custom: args.Custom,
	}
	if lookup := args.ReadRPC; lookup != nil {
		one.Read, one.Custom, one.Properties = true, true, args.Inputs.Copy()
		one.Parent, one.DependsOn = shortName(lookup.GetParent()), shortNames(lookup.GetDependencies())
		return one, nil
	}
	request := args.RegisterRPC
	one.Parent, one.DependsOn = shortName(request.GetParent()), shortNames(request.GetDependencies())
	one.Protect, one.RetainOnDelete = request.GetProtect(), request.GetRetainOnDelete()
	var err error
	// args.Inputs lack what is unknown.
	one.Properties, err = plugin.UnmarshalProperties(request.GetObject(), plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true,
	})
	return one, err
}

func shortNames(urns []string) []string {
	var names []string
	for _, urn := range urns {
		if name := shortName(urn); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func shortName(text string) string {
	urn := resource.URN(text)
	if text == "" || urn.Type() == resource.RootStackType {
		return ""
	}
	return string(urn.Type()) + " " + urn.Name()
}

// shortProvider takes the name out of a provider reference, "urn::id".
func shortProvider(reference string) string {
	cut := strings.LastIndex(reference, "::")
	if cut < 0 {
		return ""
	}
	return resource.URN(reference[:cut]).Name()
}

func plainMap(properties resource.PropertyMap) map[string]any {
	out := make(map[string]any, len(properties))
	for key, value := range properties {
		out[string(key)] = plain(value)
	}
	return out
}

func plain(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return map[string]any{"secret": plain(value.SecretValue().Element)}
	case value.IsArray():
		out := make([]any, 0, len(value.ArrayValue()))
		for _, item := range value.ArrayValue() {
			out = append(out, plain(item))
		}
		return out
	case value.IsObject():
		return plainMap(value.ObjectValue())
	default:
		return value.V
	}
}
