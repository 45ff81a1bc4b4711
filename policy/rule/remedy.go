package rule

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Set returns the properties with the value put at the path, whose elements are
// names of fields (string) and places in lists (int). Objects on the way are
// made; ok is false when something else is in the way, an unknown value for
// instance. What is secret stays secret.
func Set(properties property.Map, value property.Value, path ...any) (changed property.Map, ok bool) {
	root, ok := set(property.New(properties), value, path)
	if !ok {
		return properties, false
	}
	return root.AsMap(), true
}

// SetInPod is Set for a field of the specification of the pod that the resource
// is or makes; ok is false, too, when it makes none or specifies nothing.
func SetInPod(r Resource, value property.Value, path ...any) (changed property.Map, ok bool) {
	pod, ok := r.Pod()
	if !ok || !pod.Spec.IsObject() {
		return property.Map{}, false
	}
	root, _ := r.Properties.Raw()
	at, _ := r.podPath()
	var whole []any
	for _, name := range append(at, "spec") {
		whole = append(whole, name)
	}
	return Set(root.AsMap(), value, append(whole, path...)...)
}

func set(in, value property.Value, path []any) (property.Value, bool) {
	if len(path) == 0 {
		return value, true
	}
	switch step := path[0].(type) {
	case string:
		if in.IsNull() {
			in = property.New(property.Map{})
		}
		if !in.IsMap() {
			return in, false
		}
		child, ok := set(in.AsMap().Get(step), value, path[1:])
		return property.WithGoValue(in, in.AsMap().Set(step, child)), ok
	case int:
		if !in.IsArray() || step < 0 || step >= in.AsArray().Len() {
			return in, false
		}
		items := in.AsArray().AsSlice()
		child, ok := set(items[step], value, path[1:])
		items[step] = child
		return property.WithGoValue(in, property.NewArray(items)), ok
	default:
		return in, false
	}
}
