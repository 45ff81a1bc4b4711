package apiimages

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
)

func TestTwoClonesGiveOneDigest(t *testing.T) {
	layout := filepath.Join(t.TempDir(), "image")
	out, err := tripsage("--project", work.two, "--json", "image", "build", "--layout", layout)
	require.NoError(t, err)
	two := decode[apiimage.Layout](t, out)
	assert.Equal(t, built(t).Digest, two.Digest)
	assert.Equal(t, built(t).Source, two.Source)

	// The digest alone is what scripts get.
	out, err = tripsage("--project", work.two, "image", "build", "--layout", layout)
	require.NoError(t, err)
	assert.Equal(t, two.Digest+"\n", out)
}

// The clones share a cache of compiled packages. An empty one must not matter.
func TestACompilationFromNothingGivesTheSameProgram(t *testing.T) {
	recipe := apiimage.Recipe(work.two)
	program := filepath.Join(t.TempDir(), "api")
	environment := append(recipe.Environment(), "GOCACHE="+t.TempDir())
	require.NoError(t, goBuild(work.two, environment, "go", recipe.Arguments(program)...))
	fresh, err := os.ReadFile(program)
	require.NoError(t, err)
	published, err := built(t).Program("linux/amd64")
	require.NoError(t, err)
	assert.True(t, string(fresh) == string(published), "%d and %d bytes differ", len(fresh), len(published))
}

func TestTheImageSaysWhatItIs(t *testing.T) {
	l := built(t)
	revision, err := exec.Command("git", "-C", work.one, "rev-parse", "HEAD").Output()
	require.NoError(t, err)
	commit := strings.TrimSpace(string(revision))
	for platform, image := range pushed(t) {
		config, err := image.ConfigFile()
		require.NoError(t, err)
		assert.Equal(t, platform, config.OS+"/"+config.Architecture)
		assert.Equal(t, "65532:65532", config.Config.User)
		assert.Equal(t, []string{"/api"}, config.Config.Entrypoint)
		assert.Equal(t, map[string]struct{}{"8000/tcp": {}, "9090/tcp": {}}, config.Config.ExposedPorts)
		assert.True(t, config.Created.Equal(l.Created))
		assert.Equal(t, []string{"API_VERSION=" + l.Version, "API_COMMIT=" + commit}, config.Config.Env)
		labels := config.Config.Labels
		assert.Equal(t, commit, labels["org.opencontainers.image.revision"])
		assert.Equal(t, l.Version, labels["org.opencontainers.image.version"])
		assert.Equal(t, "https://github.com/tripsage/infrastructure", labels["org.opencontainers.image.source"])
		created, err := time.Parse(time.RFC3339, labels["org.opencontainers.image.created"])
		require.NoError(t, err)
		assert.True(t, created.Equal(l.Created))

		manifest, err := image.Manifest()
		require.NoError(t, err)
		assert.Len(t, manifest.Layers, 1, "the program, and nothing else")
	}
	assert.Regexp(t, `^0\.0\.0-[0-9]{14}-`+commit[:12]+"$", l.Version)
}

// pushed takes the image to a registry on loopback as make image-push does, and
// gives what a node would pull from there.
func pushed(t *testing.T) map[string]v1.Image {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	target := strings.TrimPrefix(server.URL, "http://") + "/tripsage/tripsage-api"
	out, err := tripsage("--project", work.one, "image", "push", target+":main")
	require.NoError(t, err)
	reference := strings.TrimSpace(out)
	assert.Equal(t, target+"@"+built(t).Digest, reference)

	digest, err := name.NewDigest(reference)
	require.NoError(t, err)
	index, err := remote.Index(digest)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	found := map[string]v1.Image{}
	for _, entry := range manifest.Manifests {
		found[entry.Platform.String()], err = index.Image(entry.Digest)
		require.NoError(t, err)
	}
	require.Len(t, found, 2)
	return found
}

// What `make up` runs is what is published: other labels, the same layers.
func TestTheClustersImageHasTheSameLayers(t *testing.T) {
	recipe := apiimage.Recipe(work.two)
	for platform, image := range pushed(t) {
		recipe.Arch = strings.TrimPrefix(platform, "linux/")
		local, err := recipe.Build(t.Context(), io.Discard)
		require.NoError(t, err)
		assert.Equal(t, layers(t, image), layers(t, local), platform)
	}
}

func layers(t *testing.T, image v1.Image) (digests []string) {
	t.Helper()
	manifest, err := image.Manifest()
	require.NoError(t, err)
	for _, layer := range manifest.Layers {
		digests = append(digests, layer.Digest.String())
	}
	return digests
}

// The program out of the image runs, brings its certificates and knows which
// build it is.
func TestTheProgramRuns(t *testing.T) {
	program := filepath.Join(t.TempDir(), "api")
	_, err := tripsage("--project", work.one, "image", "program", "--out", program)
	require.NoError(t, err)
	cmd := exec.Command(program, "health")
	cmd.Env = []string{"API_ADDR=127.0.0.1:1"}
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "the server does not answer")
	cmd = exec.Command(program)
	cmd.Env = []string{}
	out, err = cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "DATABASE_URL")
}

// An image of what is in no commit is made only on request, and says so.
func TestUncommittedChanges(t *testing.T) {
	clone := filepath.Join(t.TempDir(), "clone")
	require.NoError(t, goBuild(".", nil, "git", "clone", "-q", work.one, clone))
	require.NoError(t, os.WriteFile(filepath.Join(clone, "service", "new.txt"), nil, 0o600))
	_, err := tripsage("--project", clone, "image", "build")
	require.ErrorContains(t, err, "changes that are in no commit")
	assert.NoDirExists(t, filepath.Join(clone, "build"))
	out, err := tripsage("--project", clone, "--json", "image", "build", "--dirty")
	require.NoError(t, err)
	dirty := decode[apiimage.Layout](t, out)
	assert.Regexp(t, regexp.MustCompile(`-dirty$`), dirty.Revision)
	_, err = tripsage("--project", clone, "image", "push", "ghcr.io/tripsage/tripsage-api:x")
	assert.ErrorContains(t, err, "built from changes that are in no commit")
}
