package monitoring

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/objectives"
)

// unitTest is promtool's format:
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/.
type unitTest struct {
	RuleFiles  []string `json:"rule_files"`
	Evaluation string   `json:"evaluation_interval"`
	Tests      []test   `json:"tests"`
}

type test struct {
	Name     string        `json:"name"`
	Interval string        `json:"interval"`
	Input    []input       `json:"input_series"`
	Checks   []expectation `json:"promql_expr_test"`
}

type input struct {
	Series string `json:"series"`
	Values string `json:"values"`
}

type expectation struct {
	Expr    string   `json:"expr"`
	At      string   `json:"eval_time"`
	Samples []sample `json:"exp_samples"`
}

type sample struct {
	Value float64 `json:"value"`
}

// firing expects that so many alerts of the selector fire at that time.
func firing(selector string, at time.Duration, number float64) expectation {
	name, rest, _ := strings.Cut(selector, "{")
	e := expectation{Expr: `count(ALERTS{alertstate="firing",alertname="` + name + `",` + rest + `)`, At: model.Duration(at).String()}
	if number > 0 {
		e.Samples = []sample{{number}}
	}
	return e
}

func inputs(all []series, interval time.Duration) []input {
	var made []input
	for _, s := range all {
		made = append(made, input{s.name, s.values(interval)})
	}
	return made
}

// tests of a story: it fires by the end of the fault, not before it and not
// after it; and one that is not bad enough never fires.
func (s story) tests(interval time.Duration) []test {
	end := quietly + s.lasts - interval
	return []test{{
		Name: s.alert, Interval: model.Duration(interval).String(), Input: inputs(s.bad, interval),
		Checks: []expectation{firing(s.alert, quietly-interval, 0), firing(s.alert, end, 1), firing(s.alert, end+s.heals, 0)},
	}, {
		Name: s.alert + " stays quiet", Interval: model.Duration(interval).String(), Input: inputs(s.below, interval),
		Checks: []expectation{firing(s.alert, end, 0)},
	}}
}

func promtool(t *testing.T, evaluation time.Duration, tests []test) {
	t.Helper()
	dir := t.TempDir()
	ruleFile(t, dir, 1)
	text, err := yaml.Marshal(unitTest{RuleFiles: []string{"rules-1.yml"}, Evaluation: model.Duration(evaluation).String(), Tests: tests})
	require.NoError(t, err)
	out, err := tool(t, "promtool", "test", "rules", write(t, dir, "test.yml", text))
	assert.NoError(t, err, out)
}

func TestEveryAlertFiresAndRecovers(t *testing.T) {
	told := map[string]bool{}
	var tests []test
	for _, s := range stories() {
		name, _, _ := strings.Cut(s.alert, "{")
		told[name] = true
		tests = append(tests, s.tests(15*time.Second)...)
	}
	for _, a := range objectives.Alerts() {
		assert.True(t, told[a.Name], "no story tells of %s", a.Name)
	}
	promtool(t, 15*time.Second, tests)
}

func TestRulesAreWellFormed(t *testing.T) {
	dir := t.TempDir()
	for _, speed := range []int{1, 20, 60} {
		out, err := tool(t, "promtool", "check", "rules", "--lint=all", "--lint-fatal", ruleFile(t, dir, speed))
		assert.NoError(t, err, out)
	}
}
