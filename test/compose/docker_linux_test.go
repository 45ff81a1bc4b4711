package compose

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
	"github.com/tripsage/infrastructure/internal/debiandocker"
	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// docker is a machine with Docker on which the compose file is tried.
type docker struct{ *debiandocker.Machine }

func startDocker(t *testing.T) docker {
	t.Helper()
	checkout, err := filepath.Abs(repository)
	require.NoError(t, err)
	state := t.TempDir()
	log, err := os.Create(filepath.Join(state, "docker.log")) // #nosec G304
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, log.Close())
		if text, err := os.ReadFile(log.Name()); t.Failed() && assert.NoError(t, err) {
			t.Logf("%s", text)
		}
	})
	machine, err := debiandocker.Start(t.Context(), state, checkout, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, machine.Stop()) })
	d := docker{machine}
	d.load(t, checkout)
	return d
}

// load gives Docker the images that testdata/images.yaml names.
func (d docker) load(t *testing.T, checkout string) {
	t.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	store := images.Store{Dir: filepath.Join(cache, "images-real"), Log: t.Output()}
	all := map[name.Tag]v1.Image{}
	for _, recipe := range []images.Recipe{
		apiimage.Recipe(checkout), images.Postgres("postgres"), images.Dragonfly{Image: "dragonfly", Module: checkout}, images.Prometheus("prometheus"),
	} {
		image, err := store.Image(t.Context(), recipe)
		require.NoError(t, err)
		tag, err := name.NewTag("tripsage-test/" + recipe.Name())
		require.NoError(t, err)
		all[tag] = image
	}
	read, write := io.Pipe()
	go func() { _ = write.CloseWithError(tarball.MultiWrite(all, write)) }()
	load := d.Command(t.Context(), "docker", "load", "--quiet")
	load.Stdin = read
	out, err := load.CombinedOutput()
	require.NoError(t, err, string(out))
}

// compose runs `docker compose` with the compose file and the other images.
func (d docker) compose(t *testing.T, args ...string) string {
	t.Helper()
	files := []string{"--file", "/project/deploy/compose.yaml", "--file", "/project/test/compose/testdata/images.yaml", "--progress", "plain", "--ansi", "never"}
	cmd := d.Command(t.Context(), "docker-compose", append(files, args...)...)
	out, err := cmd.Output()
	require.NoError(t, err, "docker compose %v\n%s%s", args, out, stderr(err))
	return string(out)
}
