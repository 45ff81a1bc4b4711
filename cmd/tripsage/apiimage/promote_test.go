package apiimage_test

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
)

// What staging ran is what production gets: the same digest under one more tag.
func TestPromotion(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	repository := strings.TrimPrefix(server.URL, "http://") + "/tripsage-api"
	index, err := random.Index(100, 1, 2)
	require.NoError(t, err)
	built, err := name.NewTag(repository + ":sha-1")
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(built, index))
	digest, err := index.Digest()
	require.NoError(t, err)

	_, err = apiimage.Resolve(t.Context(), repository+":staging-1")
	require.ErrorContains(t, err, "staging-1 is not there: whatever makes this tag has not run, or has failed")
	found, err := apiimage.Resolve(t.Context(), repository+":sha-1")
	require.NoError(t, err)
	assert.Equal(t, repository+"@"+digest.String(), found.Reference)

	tagged, err := apiimage.Tag(t.Context(), found.Reference, "staging-1")
	require.NoError(t, err)
	assert.Equal(t, repository+":staging-1", tagged.Tag)
	again, err := apiimage.Resolve(t.Context(), repository+":staging-1")
	require.NoError(t, err)
	assert.Equal(t, found.Reference, again.Reference)
}

func TestPromotionFaults(t *testing.T) {
	_, err := apiimage.Resolve(t.Context(), "ghcr.io/a/b@sha256:"+strings.Repeat("0", 64))
	require.ErrorContains(t, err, "expected registry/name:tag")
	_, err = apiimage.Tag(t.Context(), "ghcr.io/a/b:v1", "v2")
	require.ErrorContains(t, err, "expected registry/name@sha256:…")
	_, err = apiimage.Tag(t.Context(), "ghcr.io/a/b@sha256:"+strings.Repeat("0", 64), "not a tag")
	assert.ErrorContains(t, err, `tag "not a tag"`)
}
