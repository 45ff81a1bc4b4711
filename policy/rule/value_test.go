package rule_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rule/ruletest"
)

// object is a resource of that type with properties in JSON, where "[unknown]"
// stands for an unknown value and {"secret": x} for a secret x.
func object(t require.TestingT, kind, text string) rule.Resource {
	r, ok := ruletest.FromJSON(kind, text)
	require.True(t, ok, "no JSON object: %s", text)
	return r
}

func value(t require.TestingT, text string) rule.Value {
	return object(t, "", `{"it": `+text+`}`).At("it")
}

func TestWhatAValueSays(t *testing.T) {
	for text, want := range map[string]string{
		`true`:        "known true not-false",
		`false`:       "known false not-true",
		`null`:        "missing not-true not-false not-x empty",
		`"[unknown]"`: "unknown",
		`"x"`:         "known text not-true not-false x",
		`""`:          "known text not-true not-false not-x empty",
		`"y"`:         "known text not-true not-false not-x",
		`1`:           "known number not-true not-false not-x",
		`[]`:          "known list not-true not-false not-x empty",
		`["x"]`:       "known list not-true not-false not-x",
		`{}`:          "known object not-true not-false not-x empty",
		`{"a": 1}`:    "known object not-true not-false not-x",
	} {
		v := value(t, text)
		_, isText := v.Text()
		_, isNumber := v.Number()
		var said []string
		for _, fact := range []struct {
			name  string
			holds bool
		}{
			{"known", v.Known()}, {"missing", v.Missing()}, {"unknown", v.Unknown()}, {"text", isText},
			{"number", isNumber}, {"list", v.IsList()}, {"object", v.IsObject()}, {"true", v.True()},
			{"false", v.False()}, {"not-true", v.NotTrue()}, {"not-false", v.NotFalse()}, {"x", v.IsText("w", "x")},
			{"not-x", v.NotText("x", "w")}, {"empty", v.Empty()},
		} {
			if fact.holds {
				said = append(said, fact.name)
			}
		}
		if text == `true` || text == `false` {
			want += " not-x"
		}
		assert.ElementsMatch(t, strings.Fields(want), said, text)
	}
}

func TestBelow(t *testing.T) {
	v := value(t, `{"list": [{"a.b": 1}, "[unknown]"], "text": "x", "none": null, "dark": "[unknown]", "key": {"secret": {"in": 1}}}`)
	assert.Equal(t, []string{"dark", "key", "list", "none", "text"}, v.Keys())
	assert.Equal(t, `it.list[0]["a.b"]`, v.At("list").Items()[0].At("a.b").Path())
	assert.Equal(t, "it.no.such.thing", v.At("no", "such", "thing").Path())
	assert.True(t, v.At("no", "such").Missing())
	assert.True(t, v.At("text", "deeper").Missing(), "below a text")
	assert.True(t, v.At("none", "deeper").Missing(), "below null")
	assert.True(t, v.At("dark", "deeper").Unknown(), "below an unknown value")
	assert.True(t, v.At("list").Items()[1].Unknown())
	assert.Empty(t, v.At("dark").Items())
	assert.Empty(t, v.At("dark").Keys())
	assert.True(t, v.At("key", "in").Secret(), "inside a secret")
	assert.False(t, v.At("list").Settled())
	assert.True(t, v.At("list").Known())
	assert.True(t, v.At("none").Settled())
	assert.True(t, v.HasSecrets())
	assert.False(t, v.Secret())
	assert.Equal(t, []string{"a", "b"}, value(t, `["a", 1, "[unknown]", null, "b"]`).Texts())
	assert.True(t, rule.Value{}.Missing())
}

func TestShow(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "missing", `"[unknown]"`: "[unknown]", `{"a": "[unknown]"}`: "[partly unknown]",
		`{"secret": "abc"}`: "[secret]", `{"a": [{"secret": "abc"}, "[unknown]"]}`: "[secret]",
		`"a <b> & c"`: `"a <b> & c"`, `8000`: "8000", `{"b": [1, null], "a": true}`: `{"a":true,"b":[1,null]}`,
	} {
		assert.Equal(t, want, value(t, text).Show(), text)
	}
	long := value(t, `"`+strings.Repeat("ä", 100)+`"`).Show()
	assert.LessOrEqual(t, len(long), 80+len("…"))
	assert.Equal(t, strings.ToValidUTF8(long, "?"), long)
}

// anything is some JSON, with unknown and secret values in it.
func anything() *rapid.Generator[any] {
	leaf := rapid.SampledFrom([]any{
		nil, true, false, 0.0, 1.5, "", "x", "a.b", "[unknown]", map[string]any{"secret": "hidden"},
		map[string]any{"secret": "[unknown]"},
	})
	names := rapid.SampledFrom([]string{"a", "b", "c.d", ""})
	all := leaf
	for range 3 {
		inner := all
		all = rapid.OneOf(leaf,
			rapid.Map(rapid.SliceOfN(inner, 0, 3), func(items []any) any { return items }),
			rapid.Map(rapid.MapOfN(names, inner, 0, 3), func(fields map[string]any) any { return fields }))
	}
	return all
}

func drawn(t *rapid.T, label string) rule.Value {
	text, err := json.Marshal(anything().Draw(t, label))
	require.NoError(t, err)
	return value(t, string(text))
}

// everywhere calls see with the value and all that is in it.
func everywhere(v rule.Value, see func(rule.Value)) {
	see(v)
	for _, item := range v.Items() {
		everywhere(item, see)
	}
	for _, key := range v.Keys() {
		everywhere(v.At(key), see)
	}
}

func TestAValueIsThereOrMissingOrUnknown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		everywhere(drawn(t, "value"), func(v rule.Value) {
			states := 0
			for _, holds := range []bool{v.Known(), v.Missing(), v.Unknown()} {
				if holds {
					states++
				}
			}
			assert.Equal(t, 1, states, v.Path())
			for what, holds := range map[string]bool{
				"true": v.True() && v.NotTrue(), "false": v.False() && v.NotFalse(),
				"both": v.True() && v.False(), "text": v.IsText("x") && v.NotText("x"),
				"kind": v.IsList() && v.IsObject(), "unsettled": v.Unknown() && v.Settled(),
				"of an unknown value": v.Unknown() && (v.NotTrue() || v.NotFalse() || v.NotText() || v.Empty() ||
					v.IsText("x") || v.True() || v.False() || len(v.Items())+len(v.Keys()) > 0),
			} {
				assert.False(t, holds, "%s says both, or something %s", v.Path(), what)
			}
			assert.NotContains(t, v.Show(), "hidden")
			_, present := v.Raw()
			assert.Equal(t, v.Known(), present && !v.Unknown())
		})
	})
}

func TestNothingIsMissingBelowAnUnknownValue(t *testing.T) {
	dark := rule.Of(property.NewMap(map[string]property.Value{"it": property.New(property.Computed)})).At("it")
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.String()).Draw(t, "names")
		assert.True(t, dark.At(names...).Unknown(), fmt.Sprint(names))
	})
}
