// Package customresource registers Kubernetes objects of upstream projects from
// those projects' own Go types, so that a misspelt field does not compile.
package customresource

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/object"
)

// Resource is one object of a custom kind.
type Resource struct {
	// APIVersion and Kind are those of the CustomResourceDefinition.
	APIVersion, Kind string
	// Logical is the Pulumi name. Default: the owner's.
	Logical string
	// Name is the metadata.name. Default: the owner's.
	Name string
	// Annotations of the object, none by default.
	Annotations map[string]string
	// Spec is a value of the upstream type, or a pulumi.Output of one when part
	// of it comes from other resources.
	Spec any
	// Late are texts that other resources know: wherever Spec has one of the keys
	// as a whole text, its value goes there. A preview then shows all the rest,
	// where a Spec that is an Output is unknown as a whole.
	Late map[string]pulumi.StringInput
}

// New registers the object as a child of the owner, with the standard labels.
func New(ctx *pulumi.Context, o object.Owner, r Resource, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	spec, err := r.asInput()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Kind, r.name(o), err)
	}
	logical := r.Logical
	if logical == "" {
		logical = o.Logical
	}
	return apiextensions.NewCustomResource(ctx, logical, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(r.APIVersion),
		Kind:       pulumi.String(r.Kind),
		Metadata:   r.metadata(o),
		// A plain map would lose outputs inside; this input holds none or is one.
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, append(opts, o.Parent())...)
}

func (r Resource) name(o object.Owner) string {
	if r.Name != "" {
		return r.Name
	}
	return o.Name()
}

func (r Resource) metadata(o object.Owner) *metav1.ObjectMetaArgs {
	meta := &metav1.ObjectMetaArgs{
		Name:      pulumi.String(r.name(o)),
		Namespace: o.Namespace,
		Labels:    labels.Input(o.Identity.Standard()),
	}
	if len(r.Annotations) > 0 {
		meta.Annotations = pulumi.ToStringMap(r.Annotations)
	}
	return meta
}

func (r Resource) asInput() (pulumi.Input, error) {
	if output, later := r.Spec.(pulumi.Output); later {
		return output.ApplyT(plain).(pulumi.MapOutput), nil
	}
	fields, err := plain(r.Spec)
	if err != nil {
		return nil, err
	}
	return r.fill(fields), nil
}

// fill puts the late values into what JSON says.
func (r Resource) fill(value any) pulumi.Input {
	switch typed := value.(type) {
	case map[string]any:
		out := pulumi.Map{}
		for key, item := range typed {
			out[key] = r.fill(item)
		}
		return out
	case []any:
		out := pulumi.Array{}
		for _, item := range typed {
			out = append(out, r.fill(item))
		}
		return out
	case string:
		if late, ok := r.Late[typed]; ok {
			return late
		}
	}
	return pulumi.Any(value)
}

// plain turns a typed value into what its JSON says. Protobuf types know how to
// write themselves as the JSON that Kubernetes expects.
func plain(spec any) (map[string]any, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	err = json.Unmarshal(text, &fields)
	return fields, err
}
