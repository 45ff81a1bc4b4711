package pulumitest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Golden compares got with the file testdata/<name> of the test's package. With
// the test flag -update it writes the file instead.
func Golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, got, 0o600))
		return
	}
	want, err := os.ReadFile(path) // #nosec G304 -- the name is a constant of a test
	require.NoError(t, err, "run the test with -update to make the file")
	if string(want) == string(got) {
		return
	}
	// Only the lines that differ: a whole graph would bury them.
	diff, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: difflib.SplitLines(string(want)), FromFile: path,
		B: difflib.SplitLines(string(got)), ToFile: "this run", Context: 3,
	})
	require.NoError(t, err)
	t.Fatalf("run the test with -update if the change is meant:\n%s", diff)
}
