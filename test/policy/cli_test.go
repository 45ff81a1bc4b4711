package policytest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// planted is configuration under which the stack local breaks one rule.
const planted = `{"autoscaler-minimum": {"minimum": 99}}`

const plantedSays = "spec.minReplicas is 1; the minimum is 99"

// TestCommandLine runs the operator's program as a person does, with the real
// engine on a control plane of its own, whose pods are simulated.
func TestCommandLine(t *testing.T) {
	o := newCLI(t)
	strict := filepath.Join(o.state, "strict.json")
	require.NoError(t, os.WriteFile(strict, []byte(planted), 0o600))

	t.Run("TheShippedStackPasses", func(t *testing.T) {
		assert.NotEmpty(t, o.passes(t).Changes)
	})
	t.Run("DriftIsToldWithTheVerdict", func(t *testing.T) {
		report := filepath.Join(t.TempDir(), "a.sarif")
		r := o.run(t, 1, "preview", "--expect-no-changes", "--policy-config", strict, "--sarif", report, "--json")
		assertPlanted(t, "advisory", decoded[engine.Summary](t, r.stdout))
		assert.FileExists(t, report)
		assert.Contains(t, r.stderr, "what runs is not what is declared")
	})
	t.Run("NothingChangesBeforeAllRulesHaveSpoken", func(t *testing.T) {
		report := filepath.Join(t.TempDir(), "a.sarif")
		r := o.run(t, 1, "up", "--policy", "mandatory", "--policy-config", strict, "--sarif", report, "--json")
		answer := decoded[struct {
			Stack   string
			Refused engine.Summary
		}](t, r.stdout)
		assertPlanted(t, engine.Mandatory, answer.Refused)
		for _, says := range []string{
			"  HorizontalPodAutoscaler tripsage/tripsage-api\n", "    autoscaler-minimum (high)\n",
			"      " + plantedSays + "\n", "      Fix: ", "      See: docs/policies.md#autoscaler-minimum\n",
		} {
			assert.Contains(t, r.stderr, says)
		}
		assert.Regexp(t, `(?s)Policies: \d+ mandatory violations?\n.*Error: \d+ mandatory violations? of the policies, listed above: nothing was changed\n$`, r.stderr)
		o.hasNothing(t)
		text, err := os.ReadFile(report)
		require.NoError(t, err)
		found, err := sarif.FromBytes(text, sarif.WithStrictValidation())
		require.NoError(t, err)
		require.NoError(t, found.Validate())
		assert.Len(t, found.Runs[0].Results, len(answer.Refused.Violations))
		assert.Greater(t, len(found.Runs[0].Tool.Driver.Rules), 50, "all rules, with their pages")
	})
	t.Run("AdviceStopsNothing", func(t *testing.T) {
		summary := decoded[struct{ Update engine.Summary }](t, o.run(t, 0, "up", "--policy-config", strict, "--json").stdout).Update
		assertPlanted(t, "advisory", summary)
		assert.NotEmpty(t, summary.Changes)
	})
	t.Run("WhatRunsPasses", func(t *testing.T) {
		// Objects have the server's defaults and their status by now.
		assert.Empty(t, o.passes(t).Changes)
	})
	before := o.objects(t)
	t.Run("WhatRunsIsNotTouched", func(t *testing.T) {
		r := o.run(t, 1, "up", "--policy", "mandatory", "--policy-config", strict, "--github-annotations")
		assert.Contains(t, r.stdout, "::error file=Pulumi.local.yaml,title=autoscaler-minimum::HorizontalPodAutoscaler tripsage/tripsage-api: "+plantedSays+"%0AFix: ")
		assert.Contains(t, r.stdout, "Policy: FAILED in ")
		r = o.run(t, 1, "preview", "--policy", "mandatory", "--policy-config", strict)
		assert.NotContains(t, r.stdout, "::error")
		assert.Equal(t, before, o.objects(t))
	})
	t.Run("Off", func(t *testing.T) {
		r := o.run(t, 0, "preview", "--policy", "off")
		assert.Contains(t, r.stdout, "No policy judges this run (--policy off).\n")
		assert.NotContains(t, r.stdout, "Policy pack")
		r = o.run(t, 0, "up")
		assert.Regexp(t, `Policy: done in \S+ \(\d+ rules, \d+ violations?\)\n`, r.stdout)
		assert.Equal(t, before, o.objects(t))
	})
	t.Run("Configuration", func(t *testing.T) {
		bad := filepath.Join(t.TempDir(), "bad.json")
		require.NoError(t, os.WriteFile(bad, []byte(`{"no-such": "advisory", "autoscaler-minimum": {"maximum": 1}}`), 0o600))
		r := o.run(t, 1, "up", "--policy-config", bad)
		assert.Equal(t, "Error: --policy-config "+bad+": autoscaler-minimum: there is no parameter \"maximum\"\n"+
			"there is no rule \"no-such\"; `tripsage policy rules` lists them\n", r.stderr)
		assert.NotContains(t, r.stdout, "Control plane", "it is refused before any long work")
	})
	t.Run("Rules", func(t *testing.T) {
		rules := decoded[[]struct{ ID, Level, Page string }](t, o.run(t, 0, "policy", "rules", "--json").stdout)
		assert.Greater(t, len(rules), 50)
		for _, rule := range rules {
			assert.Equal(t, "advisory", rule.Level, rule.ID)
			assert.Equal(t, "docs/policies.md#"+rule.ID, rule.Page)
		}
		assert.Contains(t, o.run(t, 0, "policy", "rules").stdout, "autoscaler-minimum ")
	})
	t.Run("RecordedState", func(t *testing.T) { testAnalysis(t, o) })
	o.keptSecrets(t)
}

// passes wants a preview without a violation, every rule being mandatory.
func (o *cli) passes(t *testing.T) engine.Summary {
	t.Helper()
	summary := decoded[engine.Summary](t, o.run(t, 0, "preview", "--policy", "mandatory", "--json").stdout)
	assert.Empty(t, summary.Violations)
	assert.Greater(t, summary.Rules, 50)
	return summary
}

// assertPlanted wants the planted violation among what was found, at the level
// and as all the others are.
func assertPlanted(t *testing.T, level string, summary engine.Summary) {
	t.Helper()
	seen := 0
	for _, v := range summary.Violations {
		assert.Equal(t, level, v.Level, v.Rule)
		if !strings.Contains(v.Message, plantedSays) {
			continue
		}
		seen++
		assert.Equal(t, "autoscaler-minimum", v.Rule)
		assert.Equal(t, "high", v.Severity)
		assert.Equal(t, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", v.Type)
	}
	assert.Equal(t, 1, seen, "once")
}
