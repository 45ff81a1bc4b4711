package verdict_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
	"github.com/tripsage/infrastructure/internal/pulumitest"
)

const (
	deployment = "kubernetes:apps/v1:Deployment"
	project    = "vercel:index/project:Project"
	stackType  = "pulumi:pulumi:Stack"
)

func violation(level, severity, rule, kind, name, message string) engine.Violation {
	return engine.Violation{
		Rule: rule, Level: level, Severity: severity, Type: kind, Name: name, URN: "urn:pulumi:staging::tripsage::" + kind + "::" + name,
		Message: message + "\nFix: Mend " + rule + ".\nSee: docs/policies.md#" + rule,
	}
}

// found has each form of violation, in the engine's order.
func found() engine.Summary {
	return engine.Summary{
		Rules: 96,
		Violations: []engine.Violation{
			violation("mandatory", "high", "run-as-non-root", deployment, "tripsage-api",
				"Deployment staging/tripsage-api: container api: runAsNonRoot is missing"),
			violation("mandatory", "high", "run-as-non-root", deployment, "tripsage-api",
				"Deployment staging/tripsage-api: container log: runAsNonRoot is false"),
			violation("mandatory", "critical", "plain-secrets", deployment, "tripsage-api",
				"Deployment staging/tripsage-api: env PASSWORD is [secret], 100%\nand more: of it"),
			violation("mandatory", "low", "preview-protection", project, "tripsage-frontend",
				"vercel:index/project:Project tripsage-frontend: previews are open"),
			violation("advisory", "medium", "exemption-expired", stackType, "tripsage-staging",
				"the exemption ended: on 2026-11-26"),
			violation("advisory", "", "unlike-others", deployment, "other", "a message without a title"),
		},
		Remedies: []engine.Remedy{{Rule: "labels", Type: deployment, Name: "tripsage-api"}},
	}
}

func TestText(t *testing.T) {
	pulumitest.Golden(t, "text.txt", []byte(verdict.Text(found(), false)))
	coloured := verdict.Text(found(), true)
	assert.Contains(t, coloured, "\x1b[1m\x1b[31mPolicies: 4 mandatory violations\x1b[0m\n")
	assert.Empty(t, verdict.Text(engine.Summary{Rules: 3}, true))
}

func TestLine(t *testing.T) {
	assert.Equal(t, "96 rules, 6 violations (4 mandatory), 1 mended", verdict.Line(found()))
	assert.Equal(t, "96 rules, 0 violations", verdict.Line(engine.Summary{Rules: 96}))
	assert.Equal(t, "1 rule, 1 violation", verdict.Line(engine.Summary{Rules: 1, Violations: []engine.Violation{{Level: "advisory"}}}))
}

func TestAnnotations(t *testing.T) {
	pulumitest.Golden(t, "annotations.txt", []byte(verdict.Annotations(found(), "a,b:c/Pulumi.staging.yaml")))
}

func rules(t *testing.T) []verdict.Rule {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "rules.json"))
	require.NoError(t, err)
	var all []verdict.Rule
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

func TestSARIF(t *testing.T) {
	text, err := verdict.SARIF(found(), rules(t), "staging", "Pulumi.staging.yaml")
	require.NoError(t, err)
	pulumitest.Golden(t, "staging.sarif", text)
	again, err := verdict.SARIF(found(), rules(t), "staging", "Pulumi.staging.yaml")
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))

	nothing, err := verdict.SARIF(engine.Summary{}, nil, "local", "Pulumi.local.yaml")
	require.NoError(t, err)
	for _, one := range [][]byte{text, nothing} {
		report, err := sarif.FromBytes(one, sarif.WithStrictValidation())
		require.NoError(t, err)
		assert.NoError(t, report.Validate(), "the schema, which comes with the library")
	}
}

// A violation is the same one when a value in its message changes, and another
// one than the next of its rule at the same resource.
func TestFingerprintsLast(t *testing.T) {
	fingerprints := func(s engine.Summary) (all []string) {
		text, err := verdict.SARIF(s, nil, "staging", "f")
		require.NoError(t, err)
		report, err := sarif.FromBytes(text)
		require.NoError(t, err)
		for _, result := range report.Runs[0].Results {
			all = append(all, result.PartialFingerprints["tripsageViolation/v1"])
		}
		return all
	}
	before := fingerprints(found())
	assert.Len(t, unique(before), len(found().Violations))
	changed := found()
	changed.Violations[0].Message = "another"
	assert.Equal(t, before, fingerprints(changed))
}

func unique(all []string) map[string]bool {
	set := map[string]bool{}
	for _, one := range all {
		set[one] = true
	}
	return set
}

func TestConfiguration(t *testing.T) {
	for _, c := range []struct {
		level, file string
		want        map[string]any
	}{
		{"", "", nil},
		{"", "{}", nil},
		{"advisory", "", map[string]any{"all": "advisory"}},
		{"mandatory", `{"all": "disabled", "run-as-non-root": "advisory"}`, map[string]any{"all": "mandatory", "run-as-non-root": "advisory"}},
		{"", `{"replicas": {"minimum": 3, "enforcementLevel": "remediate", "exempt": []}}`, map[string]any{
			"replicas": map[string]any{"minimum": 3.0, "enforcementLevel": "remediate", "exempt": []any{}},
		}},
	} {
		config, err := verdict.Configuration(c.level, []byte(c.file), rules(t))
		require.NoError(t, err, c.file)
		assert.Equal(t, c.want, config, c.file)
	}
}

func TestEveryFaultOfAConfigurationIsNamed(t *testing.T) {
	_, err := verdict.Configuration("", []byte(`{
		"all": {"minimum": 3, "exempt": []}, "no-such": "advisory",
		"replicas": {"maximum": 3, "enforcementLevel": "loud"}, "run-as-non-root": 7
	}`), rules(t))
	assert.EqualError(t, err, strings.TrimSpace(`
all: there is no parameter "exempt"
all: there is no parameter "minimum"
there is no rule "no-such"; `+"`tripsage policy rules`"+` lists them
replicas: the level is loud; expected one of ["advisory" "mandatory" "remediate" "disabled"]
replicas: there is no parameter "maximum"
run-as-non-root: the level is 7; expected one of ["advisory" "mandatory" "remediate" "disabled"]`))
	for _, file := range []string{"[]", "{", `"mandatory"`} {
		_, err := verdict.Configuration("", []byte(file), nil)
		assert.ErrorContains(t, err, "it must be an object as Pulumi's --policy-pack-config has it: ", file)
	}
}

func TestLevels(t *testing.T) {
	profile := map[string]any{"all": "mandatory", "replicas": map[string]any{"minimum": 3.0}, "run-as-non-root": "disabled"}
	assert.Equal(t, map[string]string{"replicas": "mandatory", "run-as-non-root": "disabled"}, verdict.Levels(rules(t), profile))
	assert.Equal(t, map[string]string{"replicas": "advisory", "run-as-non-root": "remediate"}, verdict.Levels(rules(t), profile,
		map[string]any{"all": "advisory", "run-as-non-root": map[string]any{"enforcementLevel": "remediate"}}))
}

func TestTheRulesComeFromThePack(t *testing.T) {
	pack := filepath.Join(t.TempDir(), "pack")
	script := func(text string) {
		require.NoError(t, os.WriteFile(pack, []byte("#!/bin/sh\n"+text), 0o700))
	}
	list, err := filepath.Abs("testdata/rules.json")
	require.NoError(t, err)
	script(`[ "$*" = --rules ] && exec cat ` + list)
	found, err := verdict.Rules(t.Context(), pack)
	require.NoError(t, err)
	assert.Equal(t, rules(t), found)

	script("echo no such thing >&2; exit 3")
	_, err = verdict.Rules(t.Context(), pack)
	assert.EqualError(t, err, "ask the policy pack for its rules: exit status 3: no such thing")
	script("echo listening")
	_, err = verdict.Rules(t.Context(), pack)
	assert.ErrorContains(t, err, "read the policy pack's rules: ")
}
