package chain

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/outsidetest"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// backend is where the state is.
func (w *world) backend() string { return "file://" + filepath.Join(w.dir, "state") }

// arguments are those of targets that concern the stacks for one machine.
func arguments(target string) string {
	switch target {
	case "deploy":
		return "--policy advisory --budget api=5s,vector=5s,realtime=2s"
	case "drift":
		return "--policy advisory"
	default:
		return ""
	}
}

// initStacks makes the stacks as an operator does for a new environment: with
// the secrets that the committed files leave to him.
func (w *world) initStacks(t *testing.T) {
	t.Helper()
	built, err := w.builder(t).Pulumi(t.Context())
	require.NoError(t, err)
	_, _, err = w.builder(t).Providers(t.Context()) // now, for jobs reach this test's proxy only
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(w.dir, "passphrase"), []byte("the passphrase of a test"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, "state"), 0o700))
	environment := append(slices.Clone(w.environment), "PULUMI_HOME="+filepath.Join(w.dir, "pulumi"), "PULUMI_BACKEND_URL="+w.backend())
	for _, stack := range environments() {
		require.NoError(t, outsidetest.InitStack(t.Context(), built.Root, w.clone, stack, environment))
	}
	w.commitAll(t, "chore: stacks of our own")
}

// simplify makes the stacks ones that this cluster can run. How they are
// encrypted stays.
func (w *world) simplify(t *testing.T) {
	t.Helper()
	w.checkOut(t)
	for _, stack := range environments() {
		file := filepath.Join(w.clone, "Pulumi."+stack+".yaml")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, encrypted, found := strings.Cut("\n"+string(text), "\nencryptionsalt: ")
		require.True(t, found, "%s", text)
		salt, _, _ := strings.Cut(encrypted, "\n")
		require.NoError(t, os.WriteFile(file, []byte(fmt.Sprintf(simple, salt, stack, stack,
			strings.Repeat("0", 64), w.cluster.images["dragonfly"], w.cluster.images["postgres"])), 0o600))
	}
	w.commitAll(t, "chore: stacks for one machine")
}

func environments() []string { return []string{"staging", "production"} }

// simple is the stack local without its monitoring.
const simple = `encryptionsalt: %s
config:
  tripsage:environment: local
  tripsage:kubernetes: {context: tripsage-%s, namespace: %s}
  tripsage:images:
    api: ghcr.io/tripsage/tripsage-api@sha256:%s
    dragonfly: %s
    postgres: %s
  tripsage:api: {replicas: {min: 1, max: 1}}
  tripsage:auth: {generateSecret: true}
  tripsage:database: {mode: embedded, storageGiB: 1}
`

func (w *world) builder(t *testing.T) *toolchain.Builder {
	t.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	return &toolchain.Builder{Tools: filepath.Join(w.clone, "tools"), Cache: cache, Note: func(now string) { t.Log(now) }}
}
