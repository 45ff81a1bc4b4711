package engine_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// A kill between the two steps in which Pulumi's file backend writes a file of
// attributes leaves it empty, or cut.
func TestHalfWrittenAttributesDoNotMatter(t *testing.T) {
	o := newOptions(t)
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	for _, left := range []string{"", `{"user.cache_con`} {
		damaged := 0
		require.NoError(t, filepath.WalkDir(filepath.Join(o.Home, "state"), func(path string, _ fs.DirEntry, err error) error {
			if strings.HasSuffix(path, ".attrs") {
				write(t, path, left)
				damaged++
			}
			return err
		}))
		require.Positive(t, damaged)
		again, err := engine.Up(t.Context(), o)
		require.NoError(t, err)
		assert.False(t, again.Changed())
	}
}
