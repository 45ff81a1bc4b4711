package stacks

import (
	"reflect"
	"slices"

	"github.com/tripsage/infrastructure/infra"
)

// field is one place of the Spec that configuration can set: a value, or a
// group of other fields.
type field struct {
	path  string // such as api.replicas.min
	name  string // the last part of the path
	index []int  // where it is in the Spec, for reflect.Value.FieldByIndex
	typ   reflect.Type
	group []field // empty for a value
	// optional groups are pointers in the Spec: nil unless the configuration
	// gives at least one of their keys.
	optional bool
}

var secretType = reflect.TypeFor[infra.Secret]()

// isGroup tells an object with keys of its own from a value.
func (f field) isGroup() bool { return f.typ.Kind() == reflect.Struct && f.typ != secretType }

func (f field) isList() bool { return f.typ.Kind() == reflect.Slice }

// holdsSecret tells whether the value or one in the group is secret.
func (f field) holdsSecret() bool {
	return f.typ == secretType || slices.ContainsFunc(f.group, field.holdsSecret)
}

// schema lists what a Spec can hold, from the config tags of its fields: the
// struct is the one description of what keys there are.
func schema() field {
	root := field{typ: reflect.TypeFor[infra.Spec]()}
	root.group = children(root)
	return root
}

func children(parent field) []field {
	var found []field
	for i := range parent.typ.NumField() {
		member := parent.typ.Field(i)
		child := field{
			path:  join(parent.path, member.Tag.Get("config")),
			name:  member.Tag.Get("config"),
			index: append(append([]int{}, parent.index...), i),
			typ:   member.Type,
		}
		if child.typ.Kind() == reflect.Pointer {
			child.optional, child.typ = true, child.typ.Elem()
		}
		if child.isGroup() {
			child.group = children(child)
		}
		found = append(found, child)
	}
	return found
}

// child finds a direct member by its name.
func (f field) child(name string) (field, bool) {
	for _, member := range f.group {
		if member.name == name {
			return member, true
		}
	}
	return field{}, false
}

// all lists the fields below this one, groups before their members.
func (f field) all() []field {
	var list []field
	for _, member := range f.group {
		list = append(append(list, member), member.all()...)
	}
	return list
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// expects names the type in the words of a person who writes YAML.
func (f field) expects() string {
	switch {
	case f.isGroup():
		names := ""
		for i, member := range f.group {
			if i > 0 {
				names += ", "
			}
			names += member.name
		}
		return "an object with keys " + names
	case f.typ.Kind() == reflect.Int:
		return "a whole number"
	case f.typ.Kind() == reflect.Bool:
		return "true or false"
	case f.isList() && f.typ.Elem().Kind() == reflect.Int:
		return "a list of whole numbers"
	case f.isList():
		return "a list of texts"
	default:
		return "text"
	}
}

// in finds the field's place in a Spec. Groups on the way that are absent are
// made when create is set; otherwise the field has no place and ok is false.
func (f field) in(spec *infra.Spec, create bool) (place reflect.Value, ok bool) {
	place = reflect.ValueOf(spec).Elem()
	for _, i := range f.index {
		if place, ok = open(place.Field(i), create); !ok {
			return place, false
		}
	}
	return place, true
}

// open gives what a pointer points at, and anything else as it is.
func open(place reflect.Value, create bool) (reflect.Value, bool) {
	if place.Kind() != reflect.Pointer {
		return place, true
	}
	if place.IsNil() {
		if !create {
			return place, false
		}
		place.Set(reflect.New(place.Type().Elem()))
	}
	return place.Elem(), true
}
