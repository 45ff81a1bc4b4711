package bench

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/internal/offline"
)

const growthProject = "growth"

// growthSteps are in order of size. The small ones are repeated more often:
// they are short, and a second here or there is much of their time. The large
// one is long enough to even such things out.
func growthSteps() []growthStep {
	return []growthStep{
		{workloads: 1, runs: 5, evaluations: 25},
		{workloads: 10, runs: 5, evaluations: 25},
		{workloads: 100, runs: 3, evaluations: 9},
		{workloads: 1000, runs: 1, evaluations: 3},
	}
}

// growthStep is a number of workloads and what was measured with it.
type growthStep struct {
	workloads, runs, evaluations int

	resources int   // that the workloads add, components included
	previews  times // with the engine, the provider and a cluster
	unlimited times // the same, as fast as the API server answers
	memory    growthMemory
	evaluated times // in this process alone
	allocated int   // KiB, by one evaluation
}

func measureGrowth(b *testing.B) {
	steps := growthSteps()
	// Not counted, like the preview below: it fills the caches.
	(&growthStep{workloads: 1}).evaluate(b)
	for i := range steps {
		progress("growth: evaluate %d workloads in this process", steps[i].workloads)
		for range steps[i].evaluations {
			steps[i].evaluate(b)
		}
	}

	o := newOperator(b, "growth", "simulated")
	progress("growth: start a cluster with simulated nodes")
	cluster, _ := o.up(b, nil)
	options := growthOptions(b, cluster.Kubeconfig)
	unlimited := options
	unlimited.Env = maps.Clone(options.Env)
	for _, name := range []string{"QPS", "BURST"} {
		unlimited.Env["PULUMI_K8S_CLIENT_"+name] = "1000000"
	}
	progress("growth: bring the namespace %s up", growthNamespace)
	_, err := engine.Up(suite.context, options)
	require.NoError(b, err)
	warm := steps[0]
	warm.preview(b, options)
	for i := range steps {
		steps[i].measure(b, options, unlimited)
	}
	addGrowth(b, steps)
}

func (s *growthStep) measure(b *testing.B, o, unlimited engine.Options) {
	b.Helper()
	for i := range s.runs {
		s.previews = append(s.previews, s.preview(b, o))
		s.unlimited = append(s.unlimited, s.preview(b, unlimited))
		progress("growth: %d workloads, %d of %d in %s, and in %s without a limit",
			s.workloads, i+1, s.runs, seconds(s.previews[i]), seconds(s.unlimited[i]))
	}
}

// growthOptions run in a project of its own, without any workload yet.
func growthOptions(b *testing.B, kubeconfig string) engine.Options {
	b.Helper()
	project := filepath.Join(suite.dir, "growth-project")
	require.NoError(b, os.MkdirAll(project, 0o700))
	for name, text := range map[string]string{
		"Pulumi.yaml": "name: " + growthProject + "\nruntime: go\n", "Pulumi.local.yaml": "config: {}\n",
	} {
		require.NoError(b, os.WriteFile(filepath.Join(project, name), []byte(text), 0o600))
	}
	o := ourOptions(b, kubeconfig)
	o.Project, o.Home, o.Config = project, filepath.Join(suite.dir, "growth-home"), nil
	o.Program = growthProgram(0)
	return o
}

// preview times one preview and follows the processes that it takes.
func (s *growthStep) preview(b *testing.B, o engine.Options) (took time.Duration) {
	b.Helper()
	o.Program = growthProgram(s.workloads)
	var summary engine.Summary
	memory := followGrowth(b, func() {
		start := time.Now()
		var err error
		summary, err = engine.Preview(suite.context, o)
		took = time.Since(start)
		require.NoError(b, err)
	})
	for _, change := range summary.Changes {
		require.Equal(b, "create", change.Op, "%s", change.URN)
	}
	require.Len(b, summary.Changes, s.resources, "the evaluation has the same resources")
	s.memory = s.memory.max(memory)
	return took
}

// evaluate runs the same program with nothing behind it, while no cluster takes
// a share of the machine.
func (s *growthStep) evaluate(b *testing.B) {
	b.Helper()
	o := offline.Options{Project: growthProject, Stack: "local"}
	without, err := offline.Evaluate(suite.context, growthProgram(0), o)
	require.NoError(b, err)

	debug.FreeOSMemory()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	graph, err := offline.Evaluate(suite.context, growthProgram(s.workloads), o)
	s.evaluated = append(s.evaluated, time.Since(start))
	runtime.ReadMemStats(&after)
	require.NoError(b, err)
	s.resources = len(graph.Resources) - len(without.Resources)
	s.allocated = int((after.TotalAlloc - before.TotalAlloc) / 1024) //nolint:gosec // far from the limits of an int
}
