package rule

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Value is a property with the place where it was found. The zero Value is
// missing.
type Value struct {
	place   *place // nil at the root
	v       property.Value
	present bool
	secret  bool // it, or something around it
	unknown bool // it, or something around it
}

// Of views properties from their root.
func Of(properties property.Map) Value { return Value{v: property.New(properties), present: true} }

// Path is where the value is, or would be: "spec.containers[0].image".
func (v Value) Path() string { return v.place.String() }

// At goes down by names of fields. Below an unknown value everything is
// unknown; below anything that is no object everything is missing.
func (v Value) At(names ...string) Value {
	for _, name := range names {
		v = v.field(name)
	}
	return v
}

func (v Value) field(name string) Value {
	var child property.Value
	found := false
	if v.present && v.v.IsMap() {
		child, found = v.v.AsMap().GetOk(name)
	}
	return v.child(&place{within: v.place, name: name}, child, found)
}

func (v Value) child(at *place, child property.Value, found bool) Value {
	return Value{
		place: at, v: child, present: found && !child.IsNull(),
		secret:  v.secret || found && child.Secret(),
		unknown: v.unknown || found && child.IsComputed(),
	}
}

// Unknown says that a preview cannot tell the value.
func (v Value) Unknown() bool { return v.unknown }

// Missing says that there is no such value, or that it is null. An unknown one
// is not missing.
func (v Value) Missing() bool { return !v.present && !v.unknown }

// Known says that there is a value and that it is not unknown itself; what is
// inside it may be.
func (v Value) Known() bool { return v.present && !v.unknown }

// Secret says that the engine treats it as a secret.
func (v Value) Secret() bool { return v.secret }

// Settled says that neither it nor anything inside it is unknown. A missing
// value is settled. Rules that look for something that must be in a list or an
// object must not report before it is settled.
func (v Value) Settled() bool { return !v.unknown && (!v.present || !v.v.HasComputed()) }

// HasSecrets says that it, or something in or around it, is secret.
func (v Value) HasSecrets() bool { return v.secret || v.present && v.v.HasSecrets() }

// Text is a known string; ok is false for anything else.
func (v Value) Text() (text string, ok bool) {
	if !v.Known() || !v.v.IsString() {
		return "", false
	}
	return v.v.AsString(), true
}

// String is a known string or "".
func (v Value) String() string {
	text, _ := v.Text()
	return text
}

// Number is a known number; ok is false for anything else.
func (v Value) Number() (number float64, ok bool) {
	if !v.Known() || !v.v.IsNumber() {
		return 0, false
	}
	return v.v.AsNumber(), true
}

// True says that it is known to be true.
func (v Value) True() bool { return v.Known() && v.v.IsBool() && v.v.AsBool() }

// False says that it is known to be false.
func (v Value) False() bool { return v.Known() && v.v.IsBool() && !v.v.AsBool() }

// NotTrue says that it is known not to be true: false, missing, or no boolean.
func (v Value) NotTrue() bool { return !v.unknown && !v.True() }

// NotFalse says that it is known not to be false: true, missing, or no boolean.
func (v Value) NotFalse() bool { return !v.unknown && !v.False() }

// NotText says that it is known not to be one of the texts: another one,
// missing, or no string.
func (v Value) NotText(texts ...string) bool {
	text, ok := v.Text()
	return !v.unknown && (!ok || !slices.Contains(texts, text))
}

// IsText says that it is known to be one of the texts.
func (v Value) IsText(texts ...string) bool {
	text, ok := v.Text()
	return ok && slices.Contains(texts, text)
}

// Items are the elements of a list; none for anything else.
func (v Value) Items() []Value {
	if !v.Known() || !v.v.IsArray() {
		return nil
	}
	array := v.v.AsArray()
	items := make([]Value, 0, array.Len())
	for i := range array.Len() {
		items = append(items, v.child(&place{within: v.place, element: true, index: i}, array.Get(i), true))
	}
	return items
}

// Texts are the known strings among the elements of a list.
func (v Value) Texts() []string {
	var texts []string
	for _, item := range v.Items() {
		if text, ok := item.Text(); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Keys are the names of an object's fields, sorted; none for anything else.
func (v Value) Keys() []string {
	if !v.Known() || !v.v.IsMap() {
		return nil
	}
	return slices.Sorted(maps.Keys(v.v.AsMap().AsMap()))
}

// IsObject says that an object is known to be there.
func (v Value) IsObject() bool { return v.Known() && v.v.IsMap() }

// IsList says that a list is known to be there.
func (v Value) IsList() bool { return v.Known() && v.v.IsArray() }

// Empty says that it is known to have nothing in it: missing, or an empty
// object, list or string.
func (v Value) Empty() bool {
	switch {
	case v.unknown:
		return false
	case !v.present:
		return true
	case v.v.IsMap():
		return v.v.AsMap().Len() == 0
	case v.v.IsArray():
		return v.v.AsArray().Len() == 0
	case v.v.IsString():
		return v.v.AsString() == ""
	default:
		return false
	}
}

// shown is how many bytes of a value a message has room for.
const shown = 80

// Show is the value for a message: short, and "[secret]" or "[unknown]" when
// that is what it is or has inside.
func (v Value) Show() string {
	switch {
	case v.unknown:
		return "[unknown]"
	case !v.present:
		return "missing"
	case v.HasSecrets():
		return "[secret]"
	case v.v.HasComputed():
		return "[partly unknown]"
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(plain(v.v)) != nil {
		return "[no JSON]"
	}
	short := strings.TrimSuffix(text.String(), "\n")
	if len(short) > shown {
		return strings.ToValidUTF8(short[:shown], "") + "…"
	}
	return short
}

// plain is the value as encoding/json has it.
func plain(v property.Value) any {
	switch {
	case v.IsMap():
		fields := map[string]any{}
		for key, value := range v.AsMap().All {
			fields[key] = plain(value)
		}
		return fields
	case v.IsArray():
		items := []any{}
		for _, value := range v.AsArray().All {
			items = append(items, plain(value))
		}
		return items
	case v.IsString():
		return v.AsString()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsBool():
		return v.AsBool()
	case v.IsNull():
		return nil
	default:
		return fmt.Sprint(v)
	}
}

// Raw is the property itself, for the few who change it.
func (v Value) Raw() (value property.Value, present bool) { return v.v, v.present }
