package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/internal/replay"
	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// upgrade is one cluster on which an old release is installed in this process
// and the current one by the operator's program, both with the same state.
type upgrade struct {
	operator
	nodes    localcluster.Nodes
	options  engine.Options    // as the operator's program has them, without the program
	versions map[string]string // of the providers, by package
}

func newUpgrade(t *testing.T, o operator, nodes localcluster.Nodes) upgrade {
	t.Helper()
	u := upgrade{operator: o, nodes: nodes, versions: map[string]string{}}
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	builder := toolchain.Builder{Tools: filepath.Join(u.project, "tools"), Cache: cache}
	built, err := builder.Pulumi(t.Context())
	require.NoError(t, err)
	for plugin := range built.Plugins {
		packageName, version, _ := strings.Cut(strings.TrimPrefix(plugin, "resource-"), "-v")
		u.versions[packageName] = version
	}
	cluster, err := localcluster.Open(u.state, nodes)
	require.NoError(t, err)
	u.options = engine.Options{
		Project: u.project, Stack: "local", Home: filepath.Join(cluster.Dir(), "pulumi"),
		PulumiRoot: built.Root, Plugins: built.Plugins,
		Env: map[string]string{"KUBECONFIG": cluster.Kubeconfig()},
	}
	return u
}

func (u upgrade) must(t *testing.T, args ...string) result {
	t.Helper()
	return u.operator.must(t, append([]string{"--nodes", string(u.nodes)}, args...)...)
}

func (u upgrade) preview(t *testing.T) summary {
	t.Helper()
	return decode[summary](t, u.must(t, "preview", "--json").stdout)
}

// install makes what a release registered.
func (u upgrade) install(t *testing.T, release []offline.Resource) summary {
	t.Helper()
	u.options.Program = replay.Program(release, u.versions)
	done, err := engine.Up(t.Context(), u.options)
	require.NoError(t, err)
	return asSummary(t, done)
}

// previewOf says what a release would change.
func (u upgrade) previewOf(t *testing.T, release []offline.Resource) summary {
	t.Helper()
	u.options.Program = replay.Program(release, u.versions)
	done, err := engine.Preview(t.Context(), u.options)
	require.NoError(t, err)
	return asSummary(t, done)
}

// asSummary reads the engine's summary as `tripsage preview --json` prints it.
func asSummary(t *testing.T, s engine.Summary) summary {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return decode[summary](t, string(text))
}
