package apiimage

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
)

var committed = time.Date(2026, 5, 8, 10, 11, 12, 0, time.UTC)

// anImage is a layout with random content in place of the program.
func anImage(t *testing.T, source Source) Layout {
	t.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range architectures() {
		image, err := random.Image(1024, 2)
		require.NoError(t, err)
		config, err := image.ConfigFile()
		require.NoError(t, err)
		config = config.DeepCopy()
		config.OS, config.Architecture = "linux", arch
		image, err = mutate.ConfigFile(image, config)
		require.NoError(t, err)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
		})
	}
	folder := filepath.Join(t.TempDir(), "image")
	require.NoError(t, replace(folder, mutate.Annotations(index, labels(source)).(v1.ImageIndex)))
	l, err := Open(folder)
	require.NoError(t, err)
	return l
}

func aSource() Source {
	return Source{Revision: strings.Repeat("ab", 20), Version: "v1.2.3", Created: committed}
}

// checkout is a repository with one commit.
func checkout(t *testing.T) (dir string, git func(args ...string)) {
	t.Helper()
	dir = t.TempDir()
	git = func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), "GIT_COMMITTER_DATE=2026-05-08T12:11:12+02:00", "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "first")
	return dir, git
}
