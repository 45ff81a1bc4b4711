package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repository is a new repository with one commit for each subject.
func repository(t *testing.T, subjects ...string) (dir string, run func(...string) (string, error)) {
	t.Helper()
	dir = t.TempDir()
	run = func(args ...string) (string, error) {
		cmd := exec.Command(args[0], args[1:]...) // #nosec G204 -- the test's own
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b",
			"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) {
		out, err := run(args...)
		require.NoError(t, err, out)
	}
	must("git", "init", "-q")
	for _, subject := range subjects {
		must("git", "commit", "-q", "--allow-empty", "-m", subject)
	}
	header, err := os.ReadFile("../../CHANGELOG.md")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), header, 0o600))
	return dir, run
}

func TestChangelog(t *testing.T) {
	script, err := filepath.Abs("../../.github/scripts/changelog")
	require.NoError(t, err)
	dir, run := repository(t, "feat: old", "a chore")
	_, err = run("git", "tag", "v1.0.0")
	require.NoError(t, err)
	for _, subject := range []string{"feat(api): search by mood", "fix: no 500 on /trips", "feat!: keys are longer", "not listed", "perf: half the memory"} {
		out, err := run("git", "commit", "-q", "--allow-empty", "-m", subject)
		require.NoError(t, err, out)
	}
	out, err := run(script, "v1.1.0")
	require.NoError(t, err, out)
	assert.Equal(t, "CHANGELOG.md: v1.1.0, since v1.0.0\n", out)
	text, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
	require.NoError(t, err)
	assert.Regexp(t, `(?s)<!-- new versions below -->\n\n## v1\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n### Breaking\n\n- keys are longer\n\n`+
		`### Added\n\n- search by mood\n\n### Changed\n\n- half the memory\n\n### Fixed\n\n- no 500 on /trips\n`, string(text))
	assert.NotContains(t, string(text), "old")

	out, err = run(script, "v1.1.0")
	require.Error(t, err)
	assert.Contains(t, out, "has v1.1.0 already")
	out, err = run(script, "1.1")
	require.Error(t, err)
	assert.Contains(t, out, `the version is "1.1": expected one such as v1.2.3`)
}

// A version without anything that users notice says so.
func TestChangelogOfNothing(t *testing.T) {
	script, err := filepath.Abs("../../.github/scripts/changelog")
	require.NoError(t, err)
	dir, run := repository(t, "a chore")
	out, err := run(script, "v0.0.1")
	require.NoError(t, err, out)
	text, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "Nothing that users notice.")
}
