package apiimage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenReadsWhatWasWritten(t *testing.T) {
	l := anImage(t, aSource())
	assert.Equal(t, aSource(), l.Source)
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, l.Digest)
	require.Len(t, l.Platforms, 2)
	assert.Equal(t, "linux/amd64", l.Platforms[0].Name)
	assert.Equal(t, "linux/arm64", l.Platforms[1].Name)
	assert.Greater(t, l.Platforms[0].Size, int64(2048))
}

// What is pushed must be what was built, so a damaged layer is found first.
func TestOpenFindsDamage(t *testing.T) {
	l := anImage(t, aSource())
	image, err := l.index.Image(hash(t, l.Platforms[1].Digest))
	require.NoError(t, err)
	manifest, err := image.Manifest()
	require.NoError(t, err)
	blob := filepath.Join(l.Folder, "blobs", "sha256", manifest.Layers[1].Digest.Hex)
	content, err := os.ReadFile(blob)
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.Chmod(blob, 0o600))
	require.NoError(t, os.WriteFile(blob, content, 0o600))
	_, err = Open(l.Folder)
	require.Error(t, err)
	assert.ErrorContains(t, err, "the image in "+l.Folder)
	assert.ErrorContains(t, err, "build it again")

	_, err = Open(filepath.Join(l.Folder, "none"))
	assert.ErrorContains(t, err, "build one with `tripsage image build`")
}

func TestReplaceLeavesWhatIsNoImageAlone(t *testing.T) {
	l := anImage(t, aSource())
	require.NoError(t, replace(l.Folder, l.index), "an image gives way to the next")

	folder := t.TempDir()
	mine := filepath.Join(folder, "mine.txt")
	require.NoError(t, os.WriteFile(mine, nil, 0o600))
	assert.ErrorContains(t, replace(folder, empty.Index), "name another one with --layout")
	assert.FileExists(t, mine)
	left, err := os.ReadDir(filepath.Dir(l.Folder))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing unfinished stays")
}

func TestProgramNamesThePlatforms(t *testing.T) {
	l := anImage(t, aSource())
	_, err := l.Program("linux/riscv64")
	assert.ErrorContains(t, err, `--platform "linux/riscv64": the image has linux/amd64 and linux/arm64`)
	_, err = l.Program("linux/amd64")
	assert.ErrorContains(t, err, "has no /api", "random content is no program")
}

func hash(t *testing.T, digest string) v1.Hash {
	t.Helper()
	h, err := v1.NewHash(digest)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(digest, "sha256:"))
	return h
}
