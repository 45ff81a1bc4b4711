package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/cmd/tripsage/verdict"
)

func TestBadPolicyFlagsAreNamedTogether(t *testing.T) {
	project := newProject(t)
	missing := filepath.Join(project, "no", "such.sarif")
	_, err := tripsage(t, "preview", "--project", project, "--state-dir", t.TempDir(),
		"--policy", "strict", "--policy-config", filepath.Join(project, "none.json"), "--sarif", missing)
	require.Error(t, err)
	for _, says := range []string{
		`--policy "strict": expected default, advisory, mandatory or off`,
		"--policy-config: open " + filepath.Join(project, "none.json") + ": no such file or directory",
		"--sarif " + missing + ": its folder does not exist",
	} {
		assert.ErrorContains(t, err, says)
	}
	_, err = tripsage(t, "up", "--project", project, "--state-dir", t.TempDir(), "--policy", "off", "--sarif", filepath.Join(project, "a"))
	assert.ErrorContains(t, err, "--policy off: there is nothing then for --policy-config to configure or for --sarif to hold")
}

// verdictOf shows a verdict as a run would, and returns what it printed.
func verdictOf(t *testing.T, s *settings, summary engine.Summary, run error) (printed string, err error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	s.out, s.stack, s.project = out, "local", t.TempDir()
	err = s.showVerdict(summary, run)
	text, read := os.ReadFile(out.Name())
	require.NoError(t, read)
	return string(text), err
}

func refused(operation string) (engine.Summary, error) {
	violations := []engine.Violation{{
		Rule: "few", Level: engine.Mandatory, Severity: "high", URN: "urn:pulumi:local::p::t:i:T::a", Type: "t:i:T", Name: "a",
		Message: "t:i:T a: too many\nFix: Have fewer.\nSee: docs/policies.md#few",
	}}
	return engine.Summary{Rules: 1, Violations: violations}, &engine.PolicyError{Operation: operation, Violations: violations}
}

func TestTheVerdictIsShownInEveryForm(t *testing.T) {
	t.Setenv("GITHUB_WORKSPACE", "")
	sarif := filepath.Join(t.TempDir(), "a.sarif")
	summary, run := refused("preview")
	s := &settings{policy: policySettings{
		policyFlags: policyFlags{annotations: true, sarif: sarif}, rules: []verdict.Rule{{ID: "few", Title: "Few"}},
	}}
	printed, err := verdictOf(t, s, summary, run)
	assert.EqualError(t, err, "1 mandatory violation of the policies, listed above: nothing was changed")
	assert.Equal(t, verdict.Text(summary, false)+verdict.Annotations(summary, "Pulumi.local.yaml"), printed)
	text, err := os.ReadFile(sarif)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"ruleId": "few"`)

	t.Setenv("GITHUB_WORKSPACE", filepath.Dir(s.project))
	assert.Equal(t, filepath.Base(s.project)+"/Pulumi.local.yaml", s.stackFileInRepository())
	t.Setenv("GITHUB_WORKSPACE", t.TempDir())
	assert.Equal(t, "Pulumi.local.yaml", s.stackFileInRepository(), "a project elsewhere")
}

// What went wrong besides the policies is still said, and said once.
func TestOtherErrorsStay(t *testing.T) {
	broken := errors.New("the database is gone")
	summary, run := refused("up")
	_, err := verdictOf(t, &settings{}, summary, errors.Join(errors.Join(run, broken), errors.New("and the lock")))
	assert.EqualError(t, err, "1 mandatory violation of the policies, listed above, that showed only in the update: "+
		"what was changed before is on record\nthe database is gone\nand the lock")

	printed, err := verdictOf(t, &settings{}, engine.Summary{}, broken)
	assert.Equal(t, broken, err)
	assert.Empty(t, printed)
	printed, err = verdictOf(t, &settings{policy: policySettings{off: true}}, summary, nil)
	assert.NoError(t, err)
	assert.Empty(t, printed, "they are off")
}

func TestTheProfileOfAStackWithoutOne(t *testing.T) {
	s := &settings{project: t.TempDir(), stack: "mine"}
	_, err := s.policyProfile()
	require.ErrorContains(t, err, "read the policies' profile: ")
	folder := filepath.Join(s.project, "policy", "profiles")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "production.json"), []byte(`{"all": "mandatory"}`), 0o600))
	profile, err := s.policyProfile()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"all": "mandatory"}, profile)
}
