package pulumitest

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Resource is one registration as plain data.
type Resource struct {
	Type string `json:"type"`
	Name string `json:"name"`
	// Parent is "type name" of the parent, or empty under the stack.
	Parent string `json:"parent,omitempty"`
	// Provider is the name of an explicit provider.
	Provider       string `json:"provider,omitempty"`
	Protect        bool   `json:"protect,omitempty"`
	RetainOnDelete bool   `json:"retainOnDelete,omitempty"`
	// Inputs are plain JSON values; a secret is {"secret": value}.
	Inputs map[string]any `json:"inputs,omitempty"`
}

func (r Resource) compare(other Resource) int {
	return cmp.Or(
		cmp.Compare(r.Parent, other.Parent),
		cmp.Compare(r.Type, other.Type),
		cmp.Compare(r.Name, other.Name),
	)
}

func describe(args pulumi.MockResourceArgs) Resource {
	return Resource{
		Type:           args.TypeToken,
		Name:           args.Name,
		Parent:         shortParent(args.RegisterRPC.GetParent()),
		Provider:       shortProvider(args.Provider),
		Protect:        args.RegisterRPC.GetProtect(),
		RetainOnDelete: args.RegisterRPC.GetRetainOnDelete(),
		Inputs:         plainMap(args.Inputs),
	}
}

func shortParent(text string) string {
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
