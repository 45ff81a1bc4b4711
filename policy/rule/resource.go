package rule

import (
	"strings"
)

// Resource is one resource of a stack as the engine describes it.
type Resource struct {
	// URN is unique. Type is such as "kubernetes:apps/v1:Deployment" or
	// "vercel:index/project:Project". Name is Pulumi's name, not Kubernetes'.
	URN, Type, Name string
	// Parent is the URN of the resource that it belongs to; "" in rules of
	// single resources for the stack itself.
	Parent string
	// Protect says that Pulumi refuses to delete it.
	Protect bool
	// Properties are the inputs in a preview and an update; in an analysis of
	// a recorded state, the outputs.
	Properties Value
}

// At is a property.
func (r Resource) At(names ...string) Value { return r.Properties.At(names...) }

const kubernetes = "kubernetes:"

// Kind is the kind of a Kubernetes object ("Deployment"), "" for everything
// else. Lists and patches are not objects.
func (r Resource) Kind() string {
	if !strings.HasPrefix(r.Type, kubernetes) {
		return ""
	}
	return r.Type[strings.LastIndex(r.Type, ":")+1:]
}

// Group is the API group of a Kubernetes object, "" for the core group and for
// everything else: "apps", "networking.istio.io".
func (r Resource) Group() string {
	version, ok := strings.CutPrefix(r.Type, kubernetes)
	if !ok {
		return ""
	}
	group, _, found := strings.Cut(version, "/")
	if !found || group == "core" {
		return ""
	}
	return group
}

// Is says that it is a Kubernetes object of the group and one of the kinds, in
// whatever version.
func (r Resource) Is(group string, kinds ...string) bool {
	if r.Kind() == "" || r.Group() != group {
		return false
	}
	for _, kind := range kinds {
		if r.Kind() == kind {
			return true
		}
	}
	return false
}

// ObjectName is the name in a Kubernetes object's metadata.
func (r Resource) ObjectName() Value { return r.At("metadata", "name") }

// Namespace is that of a Kubernetes object. One without a namespace is in
// "default", or belongs to the whole cluster.
func (r Resource) Namespace() Value { return r.At("metadata", "namespace") }

// InNamespace says whether the object is known to be in that namespace.
func (r Resource) InNamespace(namespace string) bool {
	if r.Namespace().Missing() {
		return namespace == "default"
	}
	return r.Namespace().IsText(namespace)
}

// Title names the resource for a person: "Deployment staging/tripsage-api" or
// "vercel:index/project:Project tripsage-frontend".
func (r Resource) Title() string {
	name, known := r.ObjectName().Text()
	if r.Kind() == "" || !known {
		return r.Type + " " + r.Name
	}
	if namespace, ok := r.Namespace().Text(); ok {
		name = namespace + "/" + name
	}
	return r.Kind() + " " + name
}
