package httpapi

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// bodyFields are the fields of a struct that a body is decoded into, with their JSON names.
type bodyFields struct {
	target reflect.Value
	names  []string // in the order of the fields
}

func namesOf(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return names
}

// fit says whether every member has a field, which takes null if that is what it is.
func (f bodyFields) fit(members []member) bool {
	for _, m := range members {
		if i := slices.Index(f.names, m.name); i < 0 || m.isNull() && !nullable(f.target.Field(i).Type()) {
			return false
		}
	}
	return true
}

func (m member) isNull() bool { return string(m.value) == "null" }

func nullable(t reflect.Type) bool {
	if field, ok := reflect.Zero(t).Interface().(interface{ inner() reflect.Type }); ok {
		return nullable(field.inner())
	}
	return t.Kind() == reflect.Pointer || t == reflect.TypeFor[json.RawMessage]()
}

// assign sets the fields one by one, so that all that is wrong with them is found.
func (f bodyFields) assign(members []member, faults *service.Invalid) {
	for _, m := range members {
		if len(faults.Faults) >= maxFaults {
			return
		}
		i := slices.Index(f.names, m.name)
		if i < 0 {
			faults.Add(short(m.name), "is not a field", "one of "+strings.Join(f.names, ", "))
			continue
		}
		field := f.target.Field(i)
		if problem := m.into(field); problem != "" {
			faults.Add(m.name, problem, expectedOf(field.Type()))
		}
	}
}

// into sets the field, or returns what is wrong with the value.
func (m member) into(field reflect.Value) string {
	if m.isNull() && !nullable(field.Type()) {
		return "is null"
	}
	err := json.Unmarshal(m.value, field.Addr().Interface())
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &wrongType):
		return "is of another type"
	default:
		return "is not valid"
	}
}

// expectedOf describes a type to clients.
func expectedOf(t reflect.Type) string {
	if field, ok := reflect.Zero(t).Interface().(interface{ inner() reflect.Type }); ok {
		return expectedOf(field.inner())
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return expectedOf(t.Elem()) + " or null"
	case t == reflect.TypeFor[service.Date]():
		return "a date such as 2026-11-26"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}
