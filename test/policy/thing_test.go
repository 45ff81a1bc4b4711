package policytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tripsage/infrastructure/policy/rule"
)

// object is a JSON object.
type object = map[string]any

// thing is a resource with properties that are easy to break: objects, lists,
// strings, float64s, booleans, secrets and unknowns.
type thing struct {
	URN, Type, Name, Parent string
	Protect, Custom         bool
	Properties              object
}

// secret is a value that the engine keeps secret, unknown one that a preview
// does not have.
type secret struct{ value any }
type unknown struct{}

// kind is that of a Kubernetes object, "" for everything else.
func (r thing) kind() string { return rule.Resource{Type: r.Type}.Kind() }

func (r thing) title() string { return r.resource().Title() }

// resource is what rules judge.
func (r thing) resource() rule.Resource {
	return rule.Resource{
		URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent, Protect: r.Protect,
		Properties: rule.Of(propertiesOf(r.Properties).AsMap()),
	}
}

func (r thing) clone() thing {
	r.Properties = clone(r.Properties).(object)
	return r
}

func clone(value any) any {
	switch value := value.(type) {
	case object:
		copied := make(object, len(value))
		for key, child := range value {
			copied[key] = clone(child)
		}
		return copied
	case []any:
		copied := make([]any, 0, len(value))
		for _, child := range value {
			copied = append(copied, clone(child))
		}
		return copied
	case secret:
		return secret{clone(value.value)}
	default:
		return value
	}
}

func plainMap(properties property.Map) object {
	fields := object{}
	for key, value := range properties.All {
		fields[key] = plainOf(value)
	}
	return fields
}

func plainOf(v property.Value) any {
	switch {
	case v.Secret():
		return secret{plainOf(v.WithSecret(false))}
	case v.IsComputed():
		return unknown{}
	case v.IsMap():
		return plainMap(v.AsMap())
	case v.IsArray():
		items := []any{}
		for _, item := range v.AsArray().All {
			items = append(items, plainOf(item))
		}
		return items
	case v.IsString():
		return v.AsString()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsBool():
		return v.AsBool()
	default:
		return nil
	}
}

func propertiesOf(value any) property.Value {
	switch value := value.(type) {
	case object:
		fields := map[string]property.Value{}
		for key, child := range value {
			fields[key] = propertiesOf(child)
		}
		return property.New(property.NewMap(fields))
	case []any:
		items := make([]property.Value, 0, len(value))
		for _, child := range value {
			items = append(items, propertiesOf(child))
		}
		return property.New(property.NewArray(items))
	case secret:
		return propertiesOf(value.value).WithSecret(true)
	case unknown:
		return property.New(property.Computed)
	case string:
		return property.New(value)
	case float64:
		return property.New(value)
	case int:
		return property.New(float64(value))
	case bool:
		return property.New(value)
	case nil:
		return property.Value{}
	default:
		panic(fmt.Sprintf("no property can be a %T", value))
	}
}

// at goes down a path of names with dots between them; nil when it ends.
func at(fields object, path string) any {
	var value any = fields
	for step := range strings.SplitSeq(path, ".") {
		if hidden, ok := value.(secret); ok {
			value = hidden.value
		}
		inner, _ := value.(object)
		value = inner[step]
	}
	return value
}

// within is the object at the path, made when it is missing.
func within(fields object, path string) object {
	for step := range strings.SplitSeq(path, ".") {
		inner, ok := fields[step].(object)
		if !ok {
			inner = object{}
			fields[step] = inner
		}
		fields = inner
	}
	return fields
}

// objects are those of the list at the path.
func objects(fields object, path string) []object {
	list, _ := at(fields, path).([]any)
	var found []object
	for _, item := range list {
		if one, ok := item.(object); ok {
			found = append(found, one)
		}
	}
	return found
}

// put sets the value at the path, and says whether that is another one.
func put(fields object, path string, value any) bool {
	before := at(fields, path)
	if fmt.Sprintf("%#v", before) == fmt.Sprintf("%#v", value) {
		return false
	}
	if cut := strings.LastIndex(path, "."); cut >= 0 {
		fields, path = within(fields, path[:cut]), path[cut+1:]
	}
	fields[path] = value
	return true
}

// drop removes what is at the path, and says whether there was anything.
func drop(fields object, path string) bool {
	if cut := strings.LastIndex(path, "."); cut >= 0 {
		inner, ok := at(fields, path[:cut]).(object)
		if !ok {
			return false
		}
		fields, path = inner, path[cut+1:]
	}
	_, found := fields[path]
	delete(fields, path)
	return found
}

// add appends to the list at the path.
func add(fields object, path string, values ...any) bool {
	list, _ := at(fields, path).([]any)
	return put(fields, path, append(slices.Clone(list), values...))
}

// keysOf are sorted, so that mutants come in the same order every time.
func keysOf(fields object) []string { return sorted(fields) }
