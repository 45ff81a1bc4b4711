package monitoring

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianprometheus"
	"github.com/tripsage/infrastructure/objectives/rules"
)

// tool runs one of the programs and returns what it says.
func tool(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	dir, err := debianprometheus.Programs(t.Context(), os.Stderr)
	require.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), filepath.Join(dir, name), args...).CombinedOutput() // #nosec G204 -- fixed programs
	if err != nil {
		err = fmt.Errorf("%s %v: %w", name, args, err)
	}
	return string(out), err
}

// ruleFile writes the rules as they are without a drill.
func ruleFile(t *testing.T, dir string, speed int) string {
	t.Helper()
	text, err := rules.File(rules.Options{Runbooks: "https://example.com/runbooks/", Speed: speed})
	require.NoError(t, err)
	return write(t, dir, fmt.Sprintf("rules-%d.yml", speed), text)
}

func write(t *testing.T, dir, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}
