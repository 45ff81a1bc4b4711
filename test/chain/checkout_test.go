package chain

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cloneCheckout commits what is here, committed or not, to a new repository.
func (w *world) cloneCheckout(t *testing.T) {
	t.Helper()
	here, err := filepath.Abs("../..")
	require.NoError(t, err)
	listed, err := exec.Command("git", "-C", here, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err)
	for _, file := range strings.Split(strings.Trim(string(listed), "\x00"), "\x00") {
		copyFile(t, filepath.Join(here, file), filepath.Join(w.clone, file))
	}
	copyFile(t, filepath.Join(here, "bin", "tripsage"), filepath.Join(w.clone, "bin", "tripsage"))
	w.git(t, "init", "-q")
	w.commitAll(t, "feat: all that is here")
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Lstat(from)
	if os.IsNotExist(err) && filepath.Base(from) != "tripsage" {
		return // deleted, not yet committed
	}
	require.NoError(t, err, "make bin/tripsage builds it")
	require.True(t, info.Mode().IsRegular(), from)
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(t, os.WriteFile(to, text, info.Mode().Perm()))
}

func (w *world) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", w.clone, "-c", "user.name=t", "-c", "user.email=t@t",
		"-c", "commit.gpgsign=false"}, args...)...) // #nosec G204 -- a test's own
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %s: %s", args, out)
	return strings.TrimSpace(string(out))
}

// commitAll makes what is in the clone what jobs check out.
func (w *world) commitAll(t *testing.T, subject string) {
	t.Helper()
	w.git(t, "add", "-A")
	w.git(t, "commit", "-q", "-m", subject)
	w.commit = w.git(t, "rev-parse", "HEAD")
}

// checkOut gives a job what it finds on a new runner, and bin/tripsage.
func (w *world) checkOut(t *testing.T) {
	t.Helper()
	w.git(t, "checkout", "-q", "-f", "--detach", w.commit)
	w.git(t, "clean", "-q", "-ffdx", "-e", "/bin")
}
