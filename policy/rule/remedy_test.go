package rule_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rule/ruletest"
)

func properties(r rule.Resource) property.Map {
	root, _ := r.Properties.Raw()
	return root.AsMap()
}

func TestSet(t *testing.T) {
	const before = `{"a": {"b": [{"c": 1}, 2]}, "null": null, "dark": "[unknown]", "key": {"secret": {"in": 1}}, "text": "x"}`
	for _, one := range []struct {
		path []any
		want string // of "a", or of the first step; "" when it cannot be set
	}{
		{[]any{"a", "b", 0, "c"}, `{"b":[{"c":true},2]}`},
		{[]any{"a", "b", 1}, `{"b":[{"c":1},true]}`},
		{[]any{"a", "new", "deep"}, `{"b":[{"c":1},2],"new":{"deep":true}}`},
		{[]any{"null", "in"}, `{"in":true}`},
		{[]any{"nowhere"}, "true"},
		{[]any{"a", "b", 2}, ""},
		{[]any{"a", "b", -1}, ""},
		{[]any{"a", "b", "c"}, ""},
		{[]any{"a", 0}, ""},
		{[]any{"text", "in"}, ""},
		{[]any{"dark", "in"}, ""},
		{[]any{"a", 1.5}, ""},
	} {
		r := object(t, "", before)
		changed, ok := rule.Set(properties(r), property.New(true), one.path...)
		assert.Equal(t, one.want != "", ok, "%v", one.path)
		if ok {
			assert.Equal(t, one.want, rule.Of(changed).At(one.path[0].(string)).Show(), "%v", one.path)
		} else {
			assert.True(t, property.New(changed).Equals(property.New(properties(r))), "%v", one.path)
		}
	}
	changed, ok := rule.Set(properties(object(t, "", before)), property.New(true), "key", "more")
	require.True(t, ok)
	assert.True(t, rule.Of(changed).At("key").Secret(), "what is secret stays secret")
}

// What was set is there, whatever was there before, and nothing else changed.
func TestSetChangesOnePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := object(t, "", `{"a": 1}`)
		raw, _ := drawn(t, "before").Raw()
		before := properties(r).Set("it", raw)
		path := rapid.SliceOfN(rapid.OneOf(
			rapid.Map(rapid.SampledFrom([]string{"it", "a", "b", "c.d"}), func(s string) any { return s }),
			rapid.Map(rapid.IntRange(-1, 3), func(i int) any { return i }),
		), 1, 4).Draw(t, "path")
		after, ok := rule.Set(before, property.New("set"), path...)
		if !ok {
			require.True(t, property.New(before).Equals(property.New(after)))
			return
		}
		v := rule.Of(after)
		for _, step := range path {
			if name, isName := step.(string); isName {
				v = v.At(name)
			} else {
				v = v.Items()[step.(int)]
			}
		}
		require.Equal(t, "set", v.String())
		undone, ok := rule.Set(after, property.New("again"), path...)
		require.True(t, ok)
		other, _ := rule.Set(before, property.New("again"), path...)
		require.True(t, property.New(undone).Equals(property.New(other)), "something else changed")
	})
}

func TestSetInPod(t *testing.T) {
	for kind, texts := range map[string][2]string{
		"core/v1:Pod": {`{"spec": {}}`, `{"spec": {"hostUsers": false}}`},
		"batch/v1:CronJob": {
			`{"spec": {"jobTemplate": {"spec": {"template": {"spec": {"a": 1}}}}}}`,
			`{"spec": {"jobTemplate": {"spec": {"template": {"spec": {"a": 1, "hostUsers": false}}}}}}`,
		},
		"apps/v1:Deployment":  {`{"spec": {"template": {"spec": "[unknown]"}}}`, ""},
		"apps/v1:StatefulSet": {`{"spec": {}}`, ""},
		"core/v1:Service":     {`{"spec": {}}`, ""},
	} {
		r := object(t, "kubernetes:"+kind, texts[0])
		changed, ok := rule.SetInPod(r, property.New(false), "hostUsers")
		assert.Equal(t, texts[1] != "", ok, kind)
		if ok {
			r.Properties = rule.Of(changed)
			assert.JSONEq(t, texts[1], ruletest.JSON(t, r), kind)
		}
	}
	_, ok := rule.SetInPod(rule.Resource{Type: "kubernetes:core/v1:Pod"}, property.New(false), "hostUsers")
	assert.False(t, ok, "without properties")
}
