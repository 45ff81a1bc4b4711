package bench

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
	"github.com/tripsage/infrastructure/stacks"
)

const (
	previewRuns = 11
	// The namespaces are words that nothing else contains, so that one can be
	// put for the other.
	ourNamespace  = "bench-components"
	bareNamespace = "bench-bare"
)

func measurePreview(b *testing.B) {
	o := newOperator(b, "preview", "simulated")
	progress("preview: start a cluster with simulated nodes")
	cluster, _ := o.up(b, nil)
	ours := ourOptions(b, cluster.Kubeconfig)
	progress("preview: bring our program up in namespace %s", ourNamespace)
	_, err := engine.Up(suite.context, ours)
	require.NoError(b, err)

	records, err := export(suite.context, ours)
	require.NoError(b, err)
	bare := bareOptions(b, ours, records)
	progress("preview: bring the bare program up in namespace %s", bareNamespace)
	_, err = engine.Up(suite.context, bare)
	require.NoError(b, err)

	// Not timed: it fills the caches of both.
	preview(b, ours)
	preview(b, bare)
	resources := custom(records)
	components := len(records) - len(resources) - 1 // the stack itself
	require.Equal(b, slices.Sorted(maps.Keys(resources)), slices.Sorted(maps.Keys(exported(b, bare))),
		"both have the same resources")

	var with, without times
	for i := range previewRuns {
		took, baseline := preview(b, ours), preview(b, bare)
		with, without = append(with, took), append(without, baseline)
		progress("preview: %d of %d, ours %s, bare %s", i+1, previewRuns, seconds(took), seconds(baseline))
	}
	suite.results.add("preview with no changes (simulated nodes)", [][]string{
		columns(),
		without.row(fmt.Sprintf("bare: %d resources", len(resources)), without),
		with.row(fmt.Sprintf("ours: the same, and %d components", components), without),
	}, "Both in one process, taking turns.")
	report(b, map[string]float64{
		"ours-s": with.median().Seconds(), "bare-s": without.median().Seconds(),
		"ours/bare": ratio(with.median(), without.median()),
	})
}

// preview times one preview, which must find nothing to change.
func preview(b *testing.B, o engine.Options) time.Duration {
	b.Helper()
	start := time.Now()
	summary, err := engine.Preview(suite.context, o)
	took := time.Since(start)
	require.NoError(b, err)
	require.Empty(b, summary.Changes, "nothing is to be changed")
	return took
}

// ourOptions run our program on images that nobody pulls.
func ourOptions(b *testing.B, kubeconfig string) engine.Options {
	b.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(b, err)
	builder := toolchain.Builder{Tools: filepath.Join(suite.checkout, "tools"), Cache: cache}
	built, err := builder.Pulumi(suite.context)
	require.NoError(b, err)
	images := map[string]any{}
	for _, name := range []string{"api", "dragonfly", "postgres"} {
		images[name] = "registry.example.com/" + name + "@sha256:" + strings.Repeat("0123456789abcdef", 4)
	}
	return engine.Options{
		Project: suite.checkout, Stack: "local", Home: filepath.Join(suite.dir, "ours"),
		PulumiRoot: built.Root, Plugins: built.Plugins, Program: stacks.Program,
		Env: map[string]string{"KUBECONFIG": kubeconfig},
		Config: map[string]any{
			"tripsage:images":     images,
			"tripsage:kubernetes": map[string]any{"namespace": ourNamespace},
		},
	}
}

// bareOptions run the same resources without our program.
func bareOptions(b *testing.B, ours engine.Options, records []record) engine.Options {
	b.Helper()
	project := filepath.Join(suite.dir, "bare-project")
	require.NoError(b, os.MkdirAll(project, 0o700))
	for name, text := range map[string]string{"Pulumi.yaml": "name: bare\nruntime: go\n", "Pulumi.local.yaml": "config: {}\n"} {
		require.NoError(b, os.WriteFile(filepath.Join(project, name), []byte(text), 0o600))
	}
	bare := ours
	bare.Project, bare.Home, bare.Config = project, filepath.Join(suite.dir, "bare"), nil
	bare.Program = bareProgram(records, strings.NewReplacer(ourNamespace, bareNamespace))
	return bare
}

func exported(b *testing.B, o engine.Options) map[string]record {
	b.Helper()
	records, err := export(suite.context, o)
	require.NoError(b, err)
	return custom(records)
}
