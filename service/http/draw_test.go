package httpapi

import (
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// plain returns the schema behind an allOf of one, with the outer one's null.
func plain(s *openapi3.Schema) *openapi3.Schema {
	if len(s.AllOf) == 1 {
		inner := *s.AllOf[0].Value
		inner.Nullable = s.Nullable
		return plain(&inner)
	}
	return s
}

// drawValue draws what the schema allows, with the borders of lengths and numbers more often.
func drawValue(t *rapid.T, s *openapi3.Schema) any {
	s = plain(s)
	switch {
	case s.Nullable && rapid.IntRange(0, 3).Draw(t, "null") == 0:
		return nil
	case s.Enum != nil:
		return rapid.SampledFrom(s.Enum).Draw(t, "one of")
	case s.Type.Is(openapi3.TypeObject):
		return drawObject(t, s)
	case s.Type.Is(openapi3.TypeString):
		return drawText(t, s)
	case s.Type.Is(openapi3.TypeInteger):
		low, high := int64(math.MinInt32), int64(math.MaxInt32)
		if s.Min != nil {
			low = int64(*s.Min)
		}
		if s.Max != nil {
			high = int64(*s.Max)
		}
		return rapid.OneOf(rapid.Just(low), rapid.Just(high), rapid.Int64Range(low, high)).Draw(t, "integer")
	case s.Type.Is(openapi3.TypeNumber):
		return rapid.OneOf(rapid.Just(*s.Min), rapid.Just(*s.Max), rapid.Float64Range(*s.Min, *s.Max)).Draw(t, "number")
	default:
		t.Fatalf("no way to draw %v", s.Type)
		return nil
	}
}

func drawText(t *rapid.T, s *openapi3.Schema) string {
	if s.Format == "date" {
		day := service.NewDate(1970, 1, 1+rapid.IntRange(0, firstDay.DaysTo(lastDay)).Draw(t, "day"))
		return day.String()
	}
	if s.Pattern != "" && !strings.Contains(s.Pattern, "u0000") {
		return rapid.StringMatching(s.Pattern).Filter(func(text string) bool {
			return s.MaxLength == nil || uint64(len(text)) <= *s.MaxLength
		}).Draw(t, "text")
	}
	most := 60
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
	}
	switch rapid.IntRange(0, 5).Draw(t, "length") {
	case 0:
		return strings.Repeat("é", most)
	case 1:
		return strings.Repeat("é", int(s.MinLength))
	default:
		text := rapid.StringN(int(s.MinLength), min(most, 60), -1).Draw(t, "text")
		return strings.ReplaceAll(text, "\x00", "-")
	}
}

func drawObject(t *rapid.T, s *openapi3.Schema) map[string]any {
	object := map[string]any{}
	if len(s.Properties) == 0 { // anything goes
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,8}`), 0, 4, rapid.ID).Draw(t, "names") {
			object[name] = rapid.OneOf(rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any]([]any{1, "x"}),
				rapid.Just[any](map[string]any{"a": 1.5}), rapid.Just[any]("\u2028<é>")).Draw(t, "value")
		}
		return object
	}
	wanted := slices.Clone(s.Required)
	if len(s.OneOf) > 0 {
		wanted = append(wanted, rapid.SampledFrom(s.OneOf).Draw(t, "which").Value.Required...)
	}
	for _, name := range sortedNames(s) {
		optional := len(s.OneOf) == 0 && rapid.Bool().Draw(t, name+" too")
		if optional || slices.Contains(wanted, name) {
			object[name] = drawValue(t, s.Properties[name].Value)
		}
	}
	if len(object) < int(s.MinProps) {
		name := rapid.SampledFrom(sortedNames(s)).Draw(t, "at least")
		object[name] = drawValue(t, s.Properties[name].Value)
	}
	return settle(object)
}

func sortedNames(s *openapi3.Schema) []string {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// settle makes true what the document says in words only.
func settle(object map[string]any) map[string]any {
	start, _ := object["start_date"].(string)
	if end, ok := object["end_date"].(string); ok && end < start {
		object["start_date"], object["end_date"] = end, start
	}
	if object["latitude"] == nil || object["longitude"] == nil {
		delete(object, "latitude")
		delete(object, "longitude")
	}
	return object
}

// spoil makes one thing of a good body bad, and returns the name of the field that must be named.
func spoil(t *rapid.T, s *openapi3.Schema, object map[string]any) string {
	name := rapid.SampledFrom(sortedNames(s)).Draw(t, "field")
	field := plain(s.Properties[name].Value)
	bad := []any{[]any{}, true}
	if !field.Nullable {
		bad = append(bad, nil)
	}
	switch {
	case field.Type.Is(openapi3.TypeObject):
		bad = append(bad, "text", 1, map[string]any{"a": "\x00"}, map[string]any{"a": strings.Repeat("x", maxObject)})
	case field.Type.Is(openapi3.TypeString):
		bad = append(bad, 1, map[string]any{}, "\x00")
		if field.MaxLength != nil {
			bad = append(bad, strings.Repeat("é", int(*field.MaxLength)+1))
		}
		if field.MinLength > 0 {
			bad = append(bad, "")
		}
		if field.Enum != nil || field.Pattern != "" && !strings.Contains(field.Pattern, "u0000") {
			bad = append(bad, "no such ¡thing!")
			if field.MaxLength == nil { // a key for another service may well look like these
				bad = append(bad, "2026-02-30", "1969-12-31", "2200-01-01", "x")
			}
		}
	default:
		bad = append(bad, "1", map[string]any{}, *field.Min-1)
		if field.Max != nil {
			bad = append(bad, *field.Max+1)
		}
		if field.Type.Is(openapi3.TypeInteger) {
			bad = append(bad, 1.5, 1e300)
		}
	}
	switch rapid.IntRange(0, 9).Draw(t, "how") {
	case 0:
		object["no_such_field"] = 1
		return "no_such_field"
	case 1:
		if slices.Contains(s.Required, name) {
			delete(object, name)
			return name
		}
	}
	object[name] = rapid.SampledFrom(bad).Draw(t, "bad")
	return name
}
