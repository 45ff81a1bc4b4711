package ruletest

import (
	"encoding/json"
	"fmt"
	"iter"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/policy/rule"
)

// Unknowns are copies of the resource, each with one of its properties, however
// deep, made unknown; with the property's path.
func Unknowns(r rule.Resource) iter.Seq2[string, rule.Resource] {
	return func(yield func(string, rule.Resource) bool) {
		properties, _ := r.Properties.Raw()
		for path := range paths(properties, nil) {
			changed, ok := rule.Set(properties.AsMap(), property.New(property.Computed), path...)
			if !ok {
				continue
			}
			spoilt := r
			spoilt.Properties = rule.Of(changed)
			if !yield(fmt.Sprint(path), spoilt) {
				return
			}
		}
	}
}

// paths are those of everything inside the value.
func paths(v property.Value, here []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		if len(here) > 0 && !yield(here) {
			return
		}
		deeper := func(step any, child property.Value) bool {
			for path := range paths(child, append(append([]any{}, here...), step)) {
				if !yield(path) {
					return false
				}
			}
			return true
		}
		switch {
		case v.IsMap():
			for key, child := range v.AsMap().AllStable {
				if !deeper(key, child) {
					return
				}
			}
		case v.IsArray():
			for i, child := range v.AsArray().All {
				if !deeper(i, child) {
					return
				}
			}
		}
	}
}

// unknown stands for an unknown value in JSON, {"secret": x} for a secret x.
const unknown = "[unknown]"

// JSON is the resource's properties as indented JSON.
func JSON(t testing.TB, r rule.Resource) string {
	t.Helper()
	properties, _ := r.Properties.Raw()
	text, err := json.MarshalIndent(plain(properties), "", "  ")
	require.NoError(t, err)
	return string(text)
}

func plain(v property.Value) any {
	switch {
	case v.Secret():
		return map[string]any{"secret": plain(v.WithSecret(false))}
	case v.IsComputed():
		return unknown
	case v.IsMap():
		fields := map[string]any{}
		for key, child := range v.AsMap().All {
			fields[key] = plain(child)
		}
		return fields
	case v.IsArray():
		items := []any{}
		for _, child := range v.AsArray().All {
			items = append(items, plain(child))
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

// FromJSON is a resource with those properties, the other way round; ok is false
// when the text is no JSON object.
func FromJSON(kind, text string) (r rule.Resource, ok bool) {
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil || fields == nil {
		return r, false
	}
	properties := map[string]property.Value{}
	for key, child := range fields {
		properties[key] = parsed(child)
	}
	return named(kind, "any", rule.Of(property.NewMap(properties))), true
}

// parsed is a JSON value as a property; see plain.
func parsed(value any) property.Value {
	switch value := value.(type) {
	case map[string]any:
		if inside, ok := value["secret"]; ok && len(value) == 1 {
			return parsed(inside).WithSecret(true)
		}
		fields := map[string]property.Value{}
		for key, child := range value {
			fields[key] = parsed(child)
		}
		return property.New(property.NewMap(fields))
	case []any:
		var items []property.Value
		for _, child := range value {
			items = append(items, parsed(child))
		}
		return property.New(property.NewArray(items))
	case string:
		if value == unknown {
			return property.New(property.Computed)
		}
		return property.New(value)
	case float64:
		return property.New(value)
	case bool:
		return property.New(value)
	default:
		return property.Value{}
	}
}
