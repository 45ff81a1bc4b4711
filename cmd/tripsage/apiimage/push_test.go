package apiimage

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve starts a registry behind a handler and gives its address.
func serve(t *testing.T, before func(w http.ResponseWriter, r *http.Request) (answered bool)) string {
	t.Helper()
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before == nil || !before(w, r) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func quickly(t *testing.T) {
	t.Helper()
	was := retryPace
	retryPace.Duration = time.Millisecond
	t.Cleanup(func() { retryPace = was })
}

func TestPushIsTheVeryImage(t *testing.T) {
	l := anImage(t, aSource())
	address := serve(t, nil)
	pushed, err := l.Push(t.Context(), address+"/tripsage/tripsage-api:main")
	require.NoError(t, err)
	assert.Equal(t, Pushed{
		Reference: address + "/tripsage/tripsage-api@" + l.Digest, Tag: address + "/tripsage/tripsage-api:main", Digest: l.Digest,
	}, pushed)

	ref, err := name.NewDigest(pushed.Reference)
	require.NoError(t, err)
	there, err := remote.Index(ref)
	require.NoError(t, err)
	manifest, err := there.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 2)
	assert.Equal(t, l.Platforms[1].Digest, manifest.Manifests[1].Digest.String())
	assert.Equal(t, "v1.2.3", manifest.Annotations["org.opencontainers.image.version"])

	again, err := l.Push(t.Context(), address+"/tripsage/tripsage-api:main")
	require.NoError(t, err, "pushing twice changes nothing")
	assert.Equal(t, pushed, again)
}

// Requests of each kind fail twice, and those that begin an upload until all
// tries of the HTTP client are used up, so that the upload itself begins again.
func TestPushTriesAgain(t *testing.T) {
	quickly(t)
	var mu sync.Mutex
	left := map[string]int{http.MethodHead: 2, http.MethodPost: 7, http.MethodPatch: 2, http.MethodPut: 2}
	address := serve(t, func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if left[r.Method] == 0 {
			return false
		}
		left[r.Method]--
		w.WriteHeader(passing[left[r.Method]%len(passing)])
		return true
	})
	l := anImage(t, aSource())
	_, err := l.Push(t.Context(), address+"/a/b:c")
	require.NoError(t, err)
	for method, faults := range left {
		assert.Zero(t, faults, method)
	}
}

func TestPushGivesUpAndSaysWhy(t *testing.T) {
	quickly(t)
	l := anImage(t, aSource())
	status := http.StatusUnauthorized
	address := serve(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet {
			return false
		}
		w.WriteHeader(status)
		return true
	})
	_, err := l.Push(t.Context(), address+"/a/b:c")
	assert.ErrorContains(t, err, "log in with `docker login "+address)
	status = http.StatusInternalServerError
	_, err = l.Push(t.Context(), address+"/a/b:c")
	assert.ErrorContains(t, err, "pushing "+address+"/a/b:c")

	for _, wrong := range []string{"tripsage-api", "ghcr.io/tripsage/tripsage-api", "ghcr.io/Tripsage/api:v1", "ghcr.io/a/b@" + l.Digest} {
		_, err = l.Push(t.Context(), wrong)
		assert.ErrorContains(t, err, "expected registry/name:tag", wrong)
	}
}

func TestPushLogsIn(t *testing.T) {
	var user, password string
	address := serve(t, func(w http.ResponseWriter, r *http.Request) bool {
		var ok bool
		if user, password, ok = r.BasicAuth(); ok {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	folder := t.TempDir()
	t.Setenv("DOCKER_CONFIG", folder)
	config := `{"auths": {"` + address + `": {"auth": "YWRhOnNlY3JldA=="}}}`
	require.NoError(t, os.WriteFile(filepath.Join(folder, "config.json"), []byte(config), 0o600))
	_, err := anImage(t, aSource()).Push(t.Context(), address+"/a/b:c")
	require.NoError(t, err)
	assert.Equal(t, "ada secret", user+" "+password)
}

func TestNobodyElseGetsWhatIsInNoCommitOrAnythingInTheClear(t *testing.T) {
	source := aSource()
	source.Revision += dirtySuffix
	dirty := anImage(t, source)
	_, err := dirty.Push(t.Context(), "ghcr.io/a/b:c")
	assert.ErrorContains(t, err, "built from changes that are in no commit")
	_, err = dirty.Push(t.Context(), serve(t, nil)+"/a/b:c")
	require.NoError(t, err)

	request := httptest.NewRequest(http.MethodGet, "http://10.1.2.3:5000/v2/", nil)
	_, err = encrypted{http.DefaultTransport}.RoundTrip(request) //nolint:bodyclose // there is none
	assert.ErrorContains(t, err, "the registry 10.1.2.3:5000 has no TLS")
	for address, want := range map[string]bool{
		"localhost:5000": true, "127.0.0.9": true, "[::1]:5000": true,
		"10.0.0.1:5000": false, "localhost.evil.io": false, "ghcr.io": false,
	} {
		assert.Equal(t, want, loopback(address), address)
	}
}
