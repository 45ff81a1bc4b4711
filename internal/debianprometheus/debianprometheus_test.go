package debianprometheus_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianprometheus"
)

func TestProgramsRunHere(t *testing.T) {
	bin, err := debianprometheus.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	for name, version := range map[string]string{"prometheus": "2.53.", "promtool": "2.53.", "alertmanager": "0.28.", "amtool": "0.28."} {
		output, err := exec.Command(filepath.Join(bin, name), "--version").CombinedOutput() // #nosec G204 -- fixed names
		require.NoError(t, err, string(output))
		assert.Contains(t, string(output), name+", version "+version)
	}
	again, err := debianprometheus.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	assert.Equal(t, bin, again)
}
