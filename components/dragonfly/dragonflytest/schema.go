package dragonflytest

import (
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// schemaOf returns the structural OpenAPI schema of what encoding/json makes of
// a value of the type. It panics for types that no resource of ours has.
func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return numberOrText(`^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`)
	case reflect.TypeFor[intstr.IntOrString]():
		return numberOrText("")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer", "format": t.Kind().String()}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		return objectSchema(t)
	default:
		panic(fmt.Sprintf("no schema for %s", t))
	}
}

func numberOrText(pattern string) map[string]any {
	out := map[string]any{
		"anyOf":                      []any{map[string]any{"type": "integer"}, map[string]any{"type": "string"}},
		"x-kubernetes-int-or-string": true,
	}
	if pattern != "" {
		out["pattern"] = pattern
	}
	return out
}

// objectSchema requires the fields that are always written.
func objectSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	required := addFields(t, properties)
	out := map[string]any{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func addFields(t reflect.Type, properties map[string]any) (required []any) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case field.Anonymous && name == "":
			required = append(required, addFields(field.Type, properties)...)
		case name == "":
			panic(fmt.Sprintf("%s.%s has no JSON name", t, field.Name))
		default:
			properties[name] = schemaOf(field.Type)
			if !strings.Contains(options, "omitempty") {
				required = append(required, name)
			}
		}
	}
	return required
}
