package chain

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster"
)

const registryHost = "ghcr.io"

// packages make the cluster's registry GitHub's: under its name, with TLS, and
// for a job's token only. Everybody may read.
func packages(address string) http.Handler {
	registry := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := r.BasicAuth()
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if token != "of-this-job" && (!reads || r.URL.Path == "/v2/") { // clients ask there whether to log in
			w.Header().Set("WWW-Authenticate", `Basic realm="GitHub Packages"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		registry.ServeHTTP(w, r)
	})
}

// mirror leads the node, which has no way out, from GitHub's registry to its
// own. The container runtime reads these files anew for each image.
func mirror(t *testing.T, state string) {
	t.Helper()
	folder := filepath.Join(state, string(localcluster.Real), "config", "certs.d")
	text, err := os.ReadFile(filepath.Join(folder, localcluster.RegistryName, "hosts.toml"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, registryHost), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, registryHost, "hosts.toml"), text, 0o600))
}
