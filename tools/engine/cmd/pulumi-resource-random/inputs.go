package main

import (
	"fmt"
	"reflect"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

type kind string

const (
	boolean kind = "a boolean"
	whole   kind = "a whole number"
	text    kind = "a string"
	strs    kind = "a map of strings"
)

// input is one accepted input. Without a fallback and not required, it may
// be absent.
type input struct {
	name     string
	kind     kind
	required bool
	fallback property.Value
}

// faults names every input that is missing, of the wrong kind, or not
// supported, so that nothing is ever accepted and ignored.
func faults(accepted []input, given property.Map) []p.CheckFailure {
	var failures []p.CheckFailure
	names := make([]string, 0, len(accepted))
	for _, in := range accepted {
		names = append(names, in.name)
		value, ok := given.GetOk(in.name)
		switch {
		case !ok || value.IsNull():
			if in.required {
				failures = append(failures, p.CheckFailure{Property: in.name, Reason: "is required: " + string(in.kind)})
			}
		case !in.kind.holds(value):
			failures = append(failures, p.CheckFailure{Property: in.name, Reason: "must be " + string(in.kind)})
		}
	}
	known := strings.Join(names, ", ")
	for name := range given.AllStable {
		if !strings.HasPrefix(name, "__") && !strings.Contains(", "+known+", ", ", "+name+", ") {
			failures = append(failures, p.CheckFailure{
				Property: name,
				Reason:   fmt.Sprintf("is not supported by the built-in random plugin; it knows %s", known),
			})
		}
	}
	return failures
}

func (k kind) holds(v property.Value) bool {
	switch {
	case v.IsComputed():
		return true
	case k == boolean:
		return v.IsBool()
	case k == whole:
		return v.IsNumber() && v.AsNumber() == float64(int(v.AsNumber()))
	case k == text:
		return v.IsString()
	}
	if !v.IsMap() {
		return false
	}
	for _, element := range v.AsMap().AllStable {
		if !element.IsString() && !element.IsComputed() {
			return false
		}
	}
	return true
}

// effective picks the accepted inputs out of inputs or state and fills in the
// fallbacks.
func effective(accepted []input, from property.Map) property.Map {
	out := property.Map{}
	for _, in := range accepted {
		value := from.Get(in.name)
		if value.IsNull() {
			value = in.fallback
		}
		if !value.IsNull() {
			out = out.Set(in.name, value)
		}
	}
	return out
}

// same compares contents only: a value that becomes secret, or depends on
// something else, is still the same value. What is not known may differ.
func same(a, b property.Value) bool {
	if a.HasComputed() || b.HasComputed() {
		return false
	}
	return reflect.DeepEqual(plain(a), plain(b))
}

// plain strips secretness and dependencies. An absent map and an empty one are
// alike.
func plain(v property.Value) any {
	switch {
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	case v.IsMap() && v.AsMap().Len() > 0:
		out := map[string]any{}
		for name, element := range v.AsMap().AllStable {
			out[name] = plain(element)
		}
		return out
	}
	return nil
}

func number(m property.Map, name string) int { return int(m.Get(name).AsNumber()) }

func stringOr(m property.Map, name, fallback string) string {
	if v := m.Get(name); v.IsString() && v.AsString() != "" {
		return v.AsString()
	}
	return fallback
}
