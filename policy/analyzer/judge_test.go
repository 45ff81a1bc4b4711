package analyzer_test

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/rule"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// small objects to ConfigMaps with more data than the parameter allows.
func small() rule.Rule {
	return rule.Rule{
		ID: "small", Title: "Small", Severity: rule.Low, Reason: "r", Fix: "Make it small.", Sources: []string{"here"},
		Parameters: []rule.Parameter{{Name: "most", Description: "d", Default: 1.0}},
		Check: func(c *rule.Context, r rule.Resource) {
			if n := len(r.At("data").Keys()); float64(n) > c.Number("most") {
				c.Violation(r, "%d entries", n)
			}
		},
		Remedy: func(r rule.Resource) (property.Map, bool) {
			raw, _ := r.Properties.Raw()
			if len(r.At("data").Keys()) < 2 {
				return property.Map{}, false
			}
			return raw.AsMap().Delete("data"), true
		},
	}
}

func few() rule.Rule {
	return rule.Rule{
		ID: "few", Title: "Few", Severity: rule.High, Reason: "r", Fix: "Have fewer.", Sources: []string{"here"},
		Parameters: []rule.Parameter{{Name: "most", Description: "d", Default: 1.0}},
		CheckStack: func(c *rule.Context, s rule.Stack) {
			for i, r := range s.Resources {
				if float64(i) >= c.Number("most") {
					c.Violation(r, "number %d", i+1)
				}
			}
		},
	}
}

func broken() rule.Rule {
	r := small()
	r.ID, r.Remedy = "broken", nil
	r.Check = func(c *rule.Context, r rule.Resource) {
		c.Violation(r, "said before")
		var none []int
		_ = none[len(r.Name)]
	}
	return r
}

func configMap(name string, keys ...string) rule.Resource {
	data := map[string]property.Value{}
	for _, key := range keys {
		data[key] = property.New("x")
	}
	return rule.Resource{
		URN: "urn:pulumi:test::p::kubernetes:core/v1:ConfigMap::" + name, Type: "kubernetes:core/v1:ConfigMap", Name: name,
		Properties: rule.Of(property.NewMap(map[string]property.Value{
			"metadata": property.New(property.NewMap(map[string]property.Value{"name": property.New(name)})),
			"data":     property.New(property.NewMap(data)),
		})),
	}
}

func judge(t *testing.T, config, today string, rules ...rule.Rule) *analyzer.Judge {
	t.Helper()
	settings, err := analyzer.Parse([]byte(config), append(rules, analyzer.Expired()))
	require.NoError(t, err)
	return analyzer.NewJudge(rules, settings, day(today))
}

func words(verdicts []analyzer.Verdict) []string {
	var all []string
	for _, v := range verdicts {
		all = append(all, string(v.Level)+" "+v.Rule.ID+": "+v.Message)
	}
	return all
}

func TestLevelsAndParameters(t *testing.T) {
	for config, want := range map[string][]string{
		`{}`:                                     {"mandatory small: 2 entries"},
		`{"all":"advisory"}`:                     {"advisory small: 2 entries"},
		`{"all":"advisory","small":"mandatory"}`: {"mandatory small: 2 entries"},
		`{"small":{"most":2}}`:                   nil,
		`{"small":"disabled"}`:                   nil,
		`{"small":{"enforcementLevel":"advisory","most":0}}`: {"advisory small: 2 entries"},
	} {
		assert.Equal(t, want, words(judge(t, config, "2026-11-26", small()).Resource(configMap("a", "x", "y"))), config)
	}
}

func TestAPanicIsThatRulesFailure(t *testing.T) {
	said := words(judge(t, `{}`, "2026-11-26", broken(), small()).Resource(configMap("a", "x", "y")))
	require.Len(t, said, 3)
	assert.Equal(t, "mandatory broken: said before", said[0])
	assert.Contains(t, said[1], "mandatory broken: the rule itself failed, so nothing is known: runtime error: index out of range")
	assert.Equal(t, "mandatory small: 2 entries", said[2])
}

func TestAPanicOfAStackRule(t *testing.T) {
	panics := few()
	panics.ID, panics.CheckStack = "panics", func(*rule.Context, rule.Stack) { panic("boom") }
	said := words(judge(t, `{}`, "2026-11-26", panics, few()).Stack(rule.Stack{Resources: []rule.Resource{configMap("a"), configMap("b")}}))
	require.Len(t, said, 2)
	assert.Contains(t, said[0], "panics: the rule itself failed, so nothing is known: boom")
	assert.Equal(t, "mandatory few: number 2", said[1])
}

const exempted = `{
	"small": {"exempt": [{"resource": "ConfigMap a*", "reason": "it is old", "until": "2026-11-26"}]},
	"few": {"exempt": [{"resource": "ConfigMap b", "reason": "just so", "until": "2026-12-24"}]}
}`

func TestExemptions(t *testing.T) {
	last := judge(t, exempted, "2026-11-26", small(), few())
	assert.Empty(t, last.Resource(configMap("abc", "x", "y")), "on the last day")
	assert.Len(t, last.Resource(configMap("b", "x", "y")), 1, "another resource")
	nameless := configMap("b", "x", "y")
	unknown, _ := rule.Set(properties(nameless), property.New(property.Computed), "metadata", "name")
	nameless.Properties = rule.Of(unknown)
	assert.Empty(t, last.Resource(nameless), "a name that a preview does not know may be the exempted one")
	stack := rule.Stack{Resources: []rule.Resource{configMap("a"), configMap("b"), configMap("c")}}
	assert.Equal(t, []string{"mandatory few: number 3"}, words(last.Stack(stack)))
	mended := last.Remedies(configMap("abc", "x", "y"))
	assert.Empty(t, mended)

	after := judge(t, exempted, "2026-11-27", small(), few())
	assert.Equal(t, []string{"mandatory small: 2 entries (exempt until 2026-11-26: it is old)"},
		words(after.Resource(configMap("abc", "x", "y"))))
	assert.Equal(t, []string{
		"mandatory few: number 3",
		`mandatory exemption-expired: the exemption of "ConfigMap a*" from small ended on 2026-11-26; its reason was: it is old`,
	}, words(after.Stack(stack)), "even if nothing needs it any more")
}

func TestRemediesRunOnlyWhenAskedTo(t *testing.T) {
	assert.Empty(t, judge(t, `{}`, "2026-11-26", small()).Remedies(configMap("a", "x", "y")))
	asked := judge(t, `{"small":"remediate"}`, "2026-11-26", small())
	assert.Empty(t, asked.Remedies(configMap("a", "x")), "nothing to mend")
	mended := asked.Remedies(configMap("a", "x", "y"))
	require.Len(t, mended, 1)
	assert.Equal(t, 1, mended[0].Properties.Len())

	fails := small()
	fails.Remedy = func(rule.Resource) (property.Map, bool) { panic("boom") }
	assert.Empty(t, judge(t, `{"small":"remediate"}`, "2026-11-26", fails).Remedies(configMap("a", "x", "y")))
}

func TestConfigurationFaultsComeTogether(t *testing.T) {
	_, err := analyzer.Parse([]byte(`{
		"all": "sometimes", "tall": "advisory", "small": {"most": "2", "least": 1, "enforcementLevel": 7,
		"exempt": [{"resource": "[", "until": "tomorrow"}, {"resource": "a", "reason": "b", "until": "2027-01-01"}]}}`),
		[]rule.Rule{small()})
	require.Error(t, err)
	for _, part := range []string{
		`all: "sometimes" is no level: expected one of ["advisory" "mandatory" "remediate" "disabled"]`,
		`there is no rule "tall"`,
		`small: there is no parameter "least": expected one of ["most" "exempt" "enforcementLevel"]`,
		`small.most: 2 is no number`,
		`small: 7 is no level`,
		`small: exempt[0]: resource is to be a title such as`,
		`reason is missing`,
		`until is "tomorrow": expected the last day, such as 2027-01-31`,
	} {
		assert.ErrorContains(t, err, part)
	}
	assert.NotContains(t, err.Error(), "exempt[1]")
	_, err = analyzer.Parse([]byte(`[]`), nil)
	assert.Error(t, err)
}

func properties(r rule.Resource) property.Map {
	raw, _ := r.Properties.Raw()
	return raw.AsMap()
}
