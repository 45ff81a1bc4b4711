package renderer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/tripsage/infrastructure/internal/offline"
)

// Object is one Kubernetes object and the file that holds it.
type Object struct {
	File       string `json:"file"`
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Namespace is empty for an object of the whole cluster.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	// Content is the file's text: YAML, one document.
	Content []byte `json:"-"`
}

// Objects renders the Kubernetes objects of the graph, sorted by file. What
// the graph has of other providers, components and lookups is left out. The
// error names every resource that cannot be rendered: one without a fixed name,
// one that is no object (such as a Helm release), two that are the same object.
func Objects(graph offline.Graph) ([]Object, error) {
	var objects []Object
	var faults []error
	for _, one := range graph.Resources {
		if !one.Custom || one.Read || !strings.HasPrefix(one.Type, "kubernetes:") {
			continue
		}
		object, err := render(one)
		if err != nil {
			faults = append(faults, fmt.Errorf("render %s %s: %w", one.Type, one.Name, err))
			continue
		}
		objects = append(objects, object)
	}
	faults = append(faults, nameFiles(objects))
	slices.SortFunc(objects, func(a, b Object) int { return cmp.Compare(a.File, b.File) })
	return objects, errors.Join(faults...)
}

func render(one offline.Resource) (Object, error) {
	properties := redact(one.Properties)
	var metadata resource.PropertyMap
	if value := properties["metadata"]; value.IsObject() {
		metadata = value.ObjectValue()
	}
	object := Object{
		APIVersion: text(properties["apiVersion"]), Kind: text(properties["kind"]),
		Namespace: text(metadata["namespace"]), Name: text(metadata["name"]),
	}
	switch {
	case object.APIVersion == "" || object.Kind == "":
		return object, errors.New("it has no apiVersion and kind, so it is no object of the Kubernetes API")
	case object.Name == "" || object.Name == secretShown || object.Name == unknownShown:
		return object, errors.New("metadata.name is not fixed; set it to a name that configuration knows")
	}
	var err error
	object.Content, err = encode(properties)
	return object, err
}

// text is the value of a string and empty for anything else.
func text(value resource.PropertyValue) string {
	if value.IsString() {
		return value.StringValue()
	}
	return ""
}
