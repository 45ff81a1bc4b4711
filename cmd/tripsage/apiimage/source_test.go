package apiimage

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheSourceIsTheCommitAlone(t *testing.T) {
	dir, git := checkout(t)
	before, err := ReadSource(t.Context(), dir, "")
	require.NoError(t, err)
	assert.Len(t, before.Revision, 40)
	assert.Equal(t, committed, before.Created, "the committer's date, in UTC")
	assert.Equal(t, "0.0.0-20260508101112-"+before.Revision[:12], before.Version)
	assert.False(t, before.Dirty())

	git("tag", "v1.0.0")
	after, err := ReadSource(t.Context(), dir, "")
	require.NoError(t, err)
	assert.Equal(t, before, after, "a tag changes nothing")
	named, err := ReadSource(t.Context(), dir, "v1.0.0-rc.1")
	require.NoError(t, err)
	assert.Equal(t, "v1.0.0-rc.1", named.Version)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "new.go"), nil, 0o600))
	dirty, err := ReadSource(t.Context(), dir, "")
	require.NoError(t, err)
	assert.True(t, dirty.Dirty())
	assert.Equal(t, before.Revision+"-dirty", dirty.Revision)
	assert.Equal(t, before.Version+"-dirty", dirty.Version)
}

func TestSourceFaults(t *testing.T) {
	_, err := ReadSource(t.Context(), t.TempDir(), "")
	assert.ErrorContains(t, err, "git checkout, and there is none in")
	dir, _ := checkout(t)
	for _, wrong := range []string{"latest", "v1", "1.2", "v1.2.3 x"} {
		_, err = ReadSource(t.Context(), dir, wrong)
		assert.ErrorContains(t, err, "expected a semantic version such as v1.4.0", wrong)
	}
}
