package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// copyProject copies the checkout, so that a test may change its stack file.
// Nothing is built anew for a copy: caches go by content.
func copyProject(t *testing.T, name string) string {
	t.Helper()
	target := filepath.Join(suite.dir, name)
	err := filepath.WalkDir(suite.checkout, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(suite.checkout, path) // path is below
		if entry.IsDir() && (relative == ".git" || relative == "bin") {
			return fs.SkipDir
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(target, relative), 0o755)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(target, relative), text, 0o644)
	})
	require.NoError(t, err)
	return target
}

// edit replaces a piece of the local stack's file until the test ends.
func edit(t *testing.T, project, old, new string) {
	t.Helper()
	path := filepath.Join(project, "Pulumi.local.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "%q in %s", old, path)
	writeFile(t, path, strings.Replace(string(text), old, new, 1))
	t.Cleanup(func() { writeFile(t, path, string(text)) })
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}
