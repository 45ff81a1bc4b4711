package debianpostgres_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
)

func TestProgramsRunHere(t *testing.T) {
	bin, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	for _, name := range []string{"postgres", "initdb", "psql", "pg_dump", "pg_isready", "pgbench"} {
		output, err := exec.Command(filepath.Join(bin, name), "--version").CombinedOutput() // #nosec G204 -- fixed names
		require.NoError(t, err, string(output))
		assert.Regexp(t, `^`+name+` \(PostgreSQL\) 17\.`, string(output))
	}
	again, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	assert.Equal(t, bin, again)
}
