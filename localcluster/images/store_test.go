package images_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images"
)

// fake is a recipe whose builds are counted.
type fake struct {
	inputs  func() string
	builds  atomic.Int32
	onBuild func()
	fail    error
}

func constant(s string) func() string { return func() string { return s } }

func (f *fake) Name() string                           { return "fake" }
func (f *fake) Inputs(context.Context) (string, error) { return f.inputs(), nil }
func (f *fake) Build(context.Context, io.Writer) (v1.Image, error) {
	f.builds.Add(1)
	if f.onBuild != nil {
		f.onBuild()
	}
	if f.fail != nil {
		return nil, f.fail
	}
	return random.Image(2000, 2)
}

// startRegistry serves blobs from disk and forgets manifests when it ends,
// like the cluster's registry.
func startRegistry(t *testing.T, blobs string) (address string) {
	t.Helper()
	h := registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(blobs)), registry.Logger(log.New(io.Discard, "", 0)))
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return strings.TrimPrefix(srv.URL, "http://")
}

func newStore(t *testing.T) *images.Store {
	t.Helper()
	return &images.Store{Dir: filepath.Join(t.TempDir(), "images"), Registry: startRegistry(t, t.TempDir()), Prefix: "tripsage.local"}
}

func ensure(t *testing.T, s *images.Store, r images.Recipe) images.Result {
	t.Helper()
	res, err := s.Ensure(context.Background(), r)
	require.NoError(t, err)
	return res
}

// requirePullable checks that the registry serves the whole image.
func requirePullable(t *testing.T, s *images.Store, res images.Result) {
	t.Helper()
	ref, err := name.NewDigest(s.Registry+"/"+res.Name+"@"+res.Digest, name.Insecure)
	require.NoError(t, err)
	img, err := remote.Image(ref)
	require.NoError(t, err)
	require.NoError(t, validate.Image(img))
}

func TestEnsureBuildsAndPushesOnlyWhatIsNeeded(t *testing.T) {
	s := newStore(t)
	inputs := "one"
	r := &fake{inputs: func() string { return inputs }}

	first := ensure(t, s, r)
	assert.Equal(t, "tripsage.local/fake@"+first.Digest, first.Reference)
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, first.Digest)
	assert.False(t, first.Cached)
	assert.True(t, first.Pushed)
	assert.Positive(t, first.Size)
	requirePullable(t, s, first)

	second := ensure(t, s, r)
	assert.True(t, second.Cached)
	assert.False(t, second.Pushed)
	assert.Equal(t, first.Reference, second.Reference)

	inputs = "two"
	third := ensure(t, s, r)
	assert.False(t, third.Cached)
	assert.NotEqual(t, first.Digest, third.Digest)

	inputs = "one"
	assert.Equal(t, first.Digest, ensure(t, s, r).Digest, "an earlier image is still there")
	assert.EqualValues(t, 2, r.builds.Load())
}

func TestImageIsTheOneThatIsPushedLater(t *testing.T) {
	s := newStore(t)
	r := &fake{inputs: func() string { return "one" }}
	image, err := s.Image(t.Context(), r)
	require.NoError(t, err)
	require.NoError(t, validate.Image(image))
	digest, err := image.Digest()
	require.NoError(t, err)

	later := ensure(t, s, r)
	assert.Equal(t, digest.String(), later.Digest)
	assert.True(t, later.Pushed, "it was not before")
	assert.EqualValues(t, 1, r.builds.Load())
}

func TestEnsurePushesAgainAfterTheRegistryForgot(t *testing.T) {
	blobs := t.TempDir()
	s := &images.Store{Dir: t.TempDir(), Registry: startRegistry(t, blobs), Prefix: "tripsage.local"}
	r := &fake{inputs: constant("x")}
	first := ensure(t, s, r)

	s.Registry = startRegistry(t, blobs)
	again := ensure(t, s, r)
	assert.True(t, again.Cached)
	assert.True(t, again.Pushed)
	assert.Equal(t, first.Digest, again.Digest)
	requirePullable(t, s, again)
}

func TestEnsureWithoutRegistryOnlyBuilds(t *testing.T) {
	s := &images.Store{Dir: t.TempDir(), Prefix: "tripsage.local"}
	res := ensure(t, s, images.Placeholder("api"))
	assert.False(t, res.Pushed)
	assert.True(t, strings.HasPrefix(res.Reference, "tripsage.local/api@sha256:"))
}

func TestEnsureTwiceAtOnceBuildsOnce(t *testing.T) {
	shared := newStore(t)
	r := &fake{inputs: constant("x"), onBuild: func() { time.Sleep(50 * time.Millisecond) }}
	var wg sync.WaitGroup
	results := make([]images.Result, 8)
	for i := range results {
		wg.Go(func() {
			own := &images.Store{Dir: shared.Dir, Registry: shared.Registry, Prefix: shared.Prefix}
			res, err := own.Ensure(context.Background(), r)
			assert.NoError(t, err)
			results[i] = res
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, r.builds.Load())
	for _, res := range results {
		assert.Equal(t, results[0].Reference, res.Reference)
	}
}

func TestEnsureStopsWaitingWithItsContext(t *testing.T) {
	s := newStore(t)
	started, finish := make(chan struct{}), make(chan struct{})
	slow := &fake{inputs: constant("x"), onBuild: func() { close(started); <-finish }}
	done := make(chan error)
	go func() { _, err := s.Ensure(context.Background(), slow); done <- err }()
	<-started
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	_, err := s.Ensure(ctx, slow)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "fake.lock")
	close(finish)
	require.NoError(t, <-done)
}

func TestEnsureBuildsAgainWhenInputsChangeMeanwhile(t *testing.T) {
	s := newStore(t)
	inputs := "before"
	r := &fake{inputs: func() string { return inputs }, onBuild: func() { inputs = "after" }}
	ensure(t, s, r)
	assert.EqualValues(t, 2, r.builds.Load())
	assert.True(t, ensure(t, s, r).Cached)

	restless := &fake{}
	restless.inputs = func() string { inputs += "."; return inputs }
	_, err := s.Ensure(context.Background(), restless)
	assert.ErrorContains(t, err, "inputs changed during each of 3 builds")
}

func TestEnsureCleansUpAfterKilledBuildsAndOldImages(t *testing.T) {
	s := newStore(t)
	inputs := ""
	r := &fake{inputs: func() string { return inputs }}
	left := filepath.Join(s.Dir, "fake", ".new-123", "blobs")
	require.NoError(t, os.MkdirAll(left, 0o700))
	for range 5 {
		inputs += "x"
		ensure(t, s, r)
	}
	entries, err := os.ReadDir(filepath.Join(s.Dir, "fake"))
	require.NoError(t, err)
	assert.Len(t, entries, 3)
	assert.NoDirExists(t, left)
	assert.True(t, ensure(t, s, r).Cached, "the newest image stays")
}

func TestEnsureErrors(t *testing.T) {
	s := newStore(t)
	boom := errors.New("boom")
	_, err := s.Ensure(context.Background(), &fake{inputs: constant("x"), fail: boom})
	assert.ErrorIs(t, err, boom)
	assert.ErrorContains(t, err, "image fake: ")

	_, err = s.Ensure(context.Background(), images.Placeholder("Bad/Name"))
	assert.ErrorContains(t, err, `image name "Bad/Name": expected lower-case`)

	s.Registry = "127.0.0.1:1"
	_, err = s.Ensure(context.Background(), images.Placeholder("api"))
	assert.ErrorContains(t, err, "asking the image registry at 127.0.0.1:1")
}
