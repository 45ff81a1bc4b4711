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

// JSON is the resource's properties as indented JSON; secrets show as such.
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
		return "[unknown]"
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

// FromJSON is a resource with those properties; ok is false when the text is no
// JSON object.
func FromJSON(kind, text string) (r rule.Resource, ok bool) {
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil {
		return r, false
	}
	value, err := property.Any(fields)
	if err != nil || !value.IsMap() {
		return r, false
	}
	return named(kind, "any", rule.Of(value.AsMap())), true
}
