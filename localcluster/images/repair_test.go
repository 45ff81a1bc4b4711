package images_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images"
)

// blobFiles are the cached image's blobs, largest first.
func blobFiles(t *testing.T, s *images.Store) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "fake", "*", "blobs", "sha256", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestEnsureRepairsADamagedCache(t *testing.T) {
	damage := map[string]func(t *testing.T, file string){
		"emptied":  func(t *testing.T, f string) { require.NoError(t, os.Truncate(f, 0)) },
		"removed":  func(t *testing.T, f string) { require.NoError(t, os.Remove(f)) },
		"bit flip": flipBit,
	}
	for kind, hurt := range damage {
		t.Run(kind, func(t *testing.T) {
			s := newStore(t)
			r := &fake{inputs: constant("x")}
			ensure(t, s, r)
			for i, n := 0, len(blobFiles(t, s)); i < n; i++ {
				// Every blob in turn, against a registry that has nothing.
				hurt(t, blobFiles(t, s)[i])
				var lines bytes.Buffer
				s.Log = &lines
				s.Registry = startRegistry(t, t.TempDir())
				before := r.builds.Load()
				res := ensure(t, s, r)
				requirePullable(t, s, res)
				assert.False(t, res.Cached)
				assert.Equal(t, before+1, r.builds.Load())
				assert.Contains(t, lines.String(), "damaged")
			}
		})
	}
	t.Run("index", func(t *testing.T) {
		s := newStore(t)
		r := &fake{inputs: constant("x")}
		ensure(t, s, r)
		indexes, err := filepath.Glob(filepath.Join(s.Dir, "fake", "*", "index.json"))
		require.NoError(t, err)
		require.Len(t, indexes, 1)
		require.NoError(t, os.WriteFile(indexes[0], []byte("{"), 0o600))
		requirePullable(t, s, ensure(t, s, r))
		assert.EqualValues(t, 2, r.builds.Load())
	})
}

func flipBit(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(file, data, 0o600))
}
