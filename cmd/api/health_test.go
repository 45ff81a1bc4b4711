package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealthAsksTheServerOfTheSameSettings(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/health/ready", r.URL.Path)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "database")
	}))
	defer server.Close()
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	ask := func(addr string) error {
		return dispatch(t.Context(), []string{"health"}, func(key string) string { return map[string]string{"API_ADDR": addr}[key] }, io.Discard)
	}
	addr := strings.TrimPrefix(server.URL, "http://")
	_, port, _ := strings.Cut(addr, ":")
	for _, good := range []string{addr, ":" + port, "0.0.0.0:" + port} {
		require.NoError(t, ask(good), good)
	}
	status = http.StatusServiceUnavailable
	assert.ErrorContains(t, ask(addr), "not ready: 503 Service Unavailable: database")
	server.Close()
	assert.ErrorContains(t, ask(addr), "does not answer")
	assert.ErrorContains(t, ask("nonsense"), `API_ADDR="nonsense": expected [host]:port`)
}

func TestTheImageSaysWhichBuildThisIs(t *testing.T) {
	told := map[string]string{"API_VERSION": "v1.2.3", "API_COMMIT": "abc"}
	build := buildInfo(func(key string) string { return told[key] })
	assert.Equal(t, "v1.2.3", build.Version)
	assert.Equal(t, "abc", build.Commit)
	assert.Equal(t, "dev", buildInfo(func(string) string { return "" }).Version)

	err := dispatch(t.Context(), []string{"health", "please"}, func(string) string { return "" }, io.Discard)
	assert.ErrorContains(t, err, `"health please" is not a command`)
}
