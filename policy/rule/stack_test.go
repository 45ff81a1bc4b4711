package rule_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/policy/rule"
	"github.com/tripsage/infrastructure/policy/rule/ruletest"
)

func TestSelects(t *testing.T) {
	for _, one := range []struct {
		selector, labels string
		want             rule.Answer
	}{
		{`null`, `{"app": "api"}`, rule.No},
		{`{}`, `{"app": "api"}`, rule.Yes},
		{`{}`, `null`, rule.Yes},
		{`"[unknown]"`, `{"app": "api"}`, rule.Maybe},
		{`{"matchLabels": {"app": "api"}}`, `{"app": "api", "other": "x"}`, rule.Yes},
		{`{"matchLabels": {"app": "api"}}`, `{"app": "web"}`, rule.No},
		{`{"matchLabels": {"app": "api"}}`, `null`, rule.No},
		{`{"matchLabels": {"app": "api"}}`, `"[unknown]"`, rule.Maybe},
		{`{"matchLabels": {"app": "api"}}`, `{"app": "[unknown]"}`, rule.Maybe},
		{`{"matchLabels": {"app": "[unknown]", "track": "blue"}}`, `{"app": "api", "track": "green"}`, rule.No},
		{`{"matchLabels": "[unknown]"}`, `{"app": "api"}`, rule.Maybe},
		{`{"matchLabels": {"app": 1}}`, `{"app": ""}`, rule.No},
		{`{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "api"]}]}`, `{"app": "api"}`, rule.Yes},
		{`{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}`, `{"app": "api"}`, rule.No},
		{`{"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "[unknown]"]}]}`, `{"app": "api"}`, rule.Maybe},
		{`{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}`, `{}`, rule.Yes},
		{`{"matchExpressions": [{"key": "app", "operator": "Exists"}]}`, `{"app": "api"}`, rule.Yes},
		{`{"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}`, `{"app": "api"}`, rule.No},
		{`{"matchExpressions": [{"key": "app", "operator": "[unknown]"}]}`, `{"app": "api"}`, rule.Maybe},
		{`{"matchLabels": {"app": "web"}, "matchExpressions": "[unknown]"}`, `{"app": "api"}`, rule.No},
		{`{"matchLabels": {"app": "api"}, "matchExpressions": "[unknown]"}`, `{"app": "api"}`, rule.Maybe},
	} {
		assert.Equal(t, one.want, rule.Selects(value(t, one.selector), value(t, one.labels)), "%s %s", one.selector, one.labels)
	}
	assert.Equal(t, rule.Yes, rule.Matches(value(t, `null`), value(t, `{}`)), "a plain selector that says nothing")
}

func words(some ...string) *rapid.Generator[string] { return rapid.SampledFrom(some) }

func someLabels() *rapid.Generator[map[string]string] {
	return rapid.MapOfN(words("app", "track", "tier"), words("api", "web", "blue"), 0, 3)
}

func someSelector() *rapid.Generator[metav1.LabelSelector] {
	return rapid.Custom(func(t *rapid.T) metav1.LabelSelector {
		selector := metav1.LabelSelector{MatchLabels: someLabels().Draw(t, "matchLabels")}
		for range rapid.IntRange(0, 2).Draw(t, "expressions") {
			expression := metav1.LabelSelectorRequirement{
				Key: words("app", "track", "tier").Draw(t, "key"),
				Operator: rapid.SampledFrom([]metav1.LabelSelectorOperator{
					metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists,
					metav1.LabelSelectorOpDoesNotExist,
				}).Draw(t, "operator"),
			}
			if expression.Operator == metav1.LabelSelectorOpIn || expression.Operator == metav1.LabelSelectorOpNotIn {
				expression.Values = rapid.SliceOfN(words("api", "web", "blue"), 1, 2).Draw(t, "values")
			}
			selector.MatchExpressions = append(selector.MatchExpressions, expression)
		}
		return selector
	})
}

// Selectors mean what they mean to Kubernetes; and an answer that is given while
// something is unknown is the one that holds when it is known.
func TestSelectorsAsKubernetesHasThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		selector, have := someSelector().Draw(t, "selector"), someLabels().Draw(t, "labels")
		theirs, err := metav1.LabelSelectorAsSelector(&selector)
		require.NoError(t, err)
		want := rule.No
		if theirs.Matches(labels.Set(have)) {
			want = rule.Yes
		}
		text, err := json.Marshal(map[string]any{"selector": selector, "labels": have})
		require.NoError(t, err)
		r := object(t, "", string(text))
		require.Equal(t, want, rule.Selects(r.At("selector"), r.At("labels")), string(text))
		for where, spoilt := range ruletest.Unknowns(r) {
			answer := rule.Selects(spoilt.At("selector"), spoilt.At("labels"))
			require.Contains(t, []rule.Answer{want, rule.Maybe}, answer, "%s unknown in %s", where, text)
		}
		plain := rule.No
		if labels.SelectorFromSet(selector.MatchLabels).Matches(labels.Set(have)) {
			plain = rule.Yes
		}
		require.Equal(t, plain, rule.Matches(r.At("selector", "matchLabels"), r.At("labels")), string(text))
	})
}

func TestWhatAStackHas(t *testing.T) {
	s := rule.Stack{Resources: []rule.Resource{
		{Type: "kubernetes:apps/v1:Deployment", Name: "a"}, {Type: "kubernetes:core/v1:Service", Name: "b"},
		{Type: "vercel:index/project:Project", Name: "c"}, {Type: "kubernetes:apps/v1beta1:StatefulSet", Name: "d"},
	}}
	names := func(found []rule.Resource) (all []string) {
		for _, r := range found {
			all = append(all, r.Name)
		}
		return all
	}
	assert.Equal(t, []string{"a", "d"}, names(s.Objects("apps", "StatefulSet", "Deployment")))
	assert.Equal(t, []string{"b"}, names(s.Objects("", "Service", "Project")))
	assert.Equal(t, []string{"c"}, names(s.OfType("vercel:index/project:Project")))
	assert.Empty(t, s.Objects("apps"))
}
