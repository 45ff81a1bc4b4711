package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
)

// All faults of the flags come at once, and before any work.
func TestDeployFlagsAreChecked(t *testing.T) {
	t.Setenv("TRIPSAGE_CACHE_DIR", t.TempDir())
	for _, row := range []struct {
		args string
		says []string
	}{
		{"deploy", []string{`--image "" is not an image by digest`}},
		{"deploy --image ghcr.io/a/b:v1 --budget speed=1s --budget api=fast --requests 0 --promotion-timeout 0s --token-file /none", []string{
			`--image "ghcr.io/a/b:v1" is not an image by digest`, "--budget speed=1s: expected api, vector or realtime",
			"--budget api=fast: expected a time", "--requests 0", "--promotion-timeout 0s", "--token-file: open /none",
		}},
		{"rollback --to v1", []string{`--to "v1" is not an image by digest`}},
		{"verify --image v1", []string{`--image "v1" is not an image by digest`}},
		{"verify --requests 5000", []string{"--requests 5000: expected 1 to 1000"}},
	} {
		_, err := tripsage(t, append(strings.Fields(row.args), "--state-dir", t.TempDir(), "--project", "../..", "--nodes", "simulated")...)
		for _, want := range row.says {
			require.ErrorContains(t, err, want, row.args)
		}
		assert.Equal(t, 1, exitCode(err))
	}
}

// A process that fails somewhere below does not decide our exit code.
func TestExitCode(t *testing.T) {
	for want, err := range map[int]error{
		1: errors.New("x"),
		3: fmt.Errorf("y: %w", &deployError{release.RolledBack, errors.New("x")}),
		4: &deployError{release.Stuck, errors.New("x")},
	} {
		assert.Equal(t, want, exitCode(err))
	}
	assert.Equal(t, 1, exitCode(fmt.Errorf("the engine: %w", ended{})))
	assert.EqualError(t, &deployError{release.RolledBack, errors.New("x")}, "rolled back: x")
}

type ended struct{}

func (ended) Error() string { return "exit status 42" }
func (ended) ExitCode() int { return 42 }

func TestFindImage(t *testing.T) {
	closed := false
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if closed {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	image, err := random.Image(64, 1)
	require.NoError(t, err)
	tag, err := name.NewTag(host+"/api:v1", name.Insecure)
	require.NoError(t, err)
	require.NoError(t, remote.Write(tag, image))
	digest, err := image.Digest()
	require.NoError(t, err)
	at := func(digest string) (release.Image, name.Digest) {
		reference, err := name.NewDigest(host+"/api@"+digest, name.Insecure)
		require.NoError(t, err)
		return release.Image(reference.String()), reference
	}

	there, reference := at(digest.String())
	note, err := findImage(t.Context(), there, reference)
	require.NoError(t, err)
	assert.Equal(t, "found", note)
	none, missing := at("sha256:" + strings.Repeat("1", 64))
	_, err = findImage(t.Context(), none, missing)
	require.ErrorContains(t, err, "the registry has no "+string(none))
	closed = true
	note, err = findImage(t.Context(), none, missing)
	require.NoError(t, err, "the cluster may have the right to pull it")
	assert.Contains(t, note, "not checked: ")
}

func TestCacheHits(t *testing.T) {
	hits, err := cacheHits(strings.NewReader(`# HELP cache_requests_total Answers.
cache_requests_total{kind="search",result="hit"} 3
cache_requests_total{kind="search",result="miss"} 100
cache_requests_total{kind="profile",result="hit"} 1.5e+01
cache_requests_total_other{kind="x",result="hit"} 7
`))
	require.NoError(t, err)
	assert.InDelta(t, 18, hits, 0)
	_, err = cacheHits(strings.NewReader("cache_requests_total{result=\"hit\"} many\n"))
	require.Error(t, err)
}

func TestMigrationStates(t *testing.T) {
	text := []byte(`{"message":"migration","version":"v1.4.0","migration":"20261126_01","state":"applied"}
not JSON
{"message":"migration","version":"20261126_02","state":"pending"}
api: the database is not at the schema of this program
`)
	assert.Equal(t, map[string]string{"20261126_01": "applied", "20261126_02": "pending"}, migrationStates(text))
	assert.Equal(t, "api: the database is not at the schema of this program", lastLine(text))
	assert.Empty(t, lastLine(nil))
}

// Who signs, and why nobody does.
func TestTokenOfAVerification(t *testing.T) {
	t.Setenv(tokenVariable, "")
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("from.a.file\n"), 0o600))
	supabase := "config: {tripsage:environment: local, tripsage:auth: {generateSecret: false, jwksURL: 'https://a.supabase.co/x'}}\n"
	protected := "config: {tripsage:environment: local, tripsage:kubernetes: {protect: true}}\n"
	for name, row := range map[string]struct {
		stack, env  string
		file        string
		unreachable error
		token, why  string
	}{
		"its own":             {stack: localStack, token: "eyJ"},
		"a file before":       {stack: localStack, file: file, env: "from.the.environment", token: "from.a.file"},
		"the environment":     {stack: protected, env: "from.the.environment", token: "from.the.environment"},
		"protected":           {stack: protected, why: "the stack is protected"},
		"others sign":         {stack: supabase, why: "its tokens come from Supabase"},
		"no cluster":          {stack: localStack, unreachable: errors.New("no"), why: "name it with --token-file"},
		"a file that is gone": {stack: localStack, file: file + "x", why: "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(tokenVariable, row.env)
			s := withSecret().settingsFor(t, row.stack)
			d, err := s.deployed(t.Context())
			require.NoError(t, err)
			var o verify.Options
			s.tokenFor(t.Context(), d, row.unreachable, wantedVerification{tokenFile: row.file}, &o)
			assert.True(t, strings.HasPrefix(o.Token, row.token), o.Token)
			assert.Equal(t, row.token == "", o.Token == "")
			assert.Contains(t, o.NoToken, row.why)
		})
	}
}

// An address is enough to verify what can be seen from outside.
func TestVerifyWithAnAddressAlone(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health" {
			_, _ = w.Write([]byte(`{"status":"up"}`))
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	t.Setenv("TRIPSAGE_CACHE_DIR", t.TempDir())
	junit := filepath.Join(t.TempDir(), "verify.xml")
	out, err := tripsage(t, "verify", "--stack", "staging", "--project", "../..", "--state-dir", t.TempDir(), "--nodes", "simulated",
		"--url", server.URL, "--frontend-url", "", "--junit", junit, "--json")
	require.ErrorContains(t, err, "checks failed:")
	require.ErrorContains(t, err, "health, GET /health/ready: 404")
	assert.Contains(t, out, `"skipped": 12`)
	assert.Contains(t, out, "KUBECONFIG is not set")
	assert.NotContains(t, out, "staging.tripsage.ai", "the frontend was left out")
	text, err := os.ReadFile(junit)
	require.NoError(t, err)
	assert.Contains(t, string(text), `<testsuite name="tripsage verify staging" tests="19"`)
	assert.WithinDuration(t, time.Now(), modified(t, junit), time.Minute)
}

func modified(t *testing.T, path string) time.Time {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.ModTime()
}
