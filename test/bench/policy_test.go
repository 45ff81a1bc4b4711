package bench

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/policy/analyzer"
	"github.com/tripsage/infrastructure/policy/rules"
)

// policyStep is a size and the previews of it, with the pack and without.
type policyStep struct {
	workloads, runs int
	// hurried takes away the Kubernetes provider's limit of requests a second,
	// which hides a part of what the pack takes.
	hurried bool

	resources     int
	with, without times
}

func measurePolicy(b *testing.B) {
	// A workload is eleven resources.
	steps := []policyStep{
		{workloads: 9, runs: 9}, {workloads: 91, runs: 3},
		{workloads: 9, runs: 9, hurried: true}, {workloads: 91, runs: 3, hurried: true},
	}
	o := newOperator(b, "policy", "simulated")
	progress("policy: start a cluster with simulated nodes")
	cluster, _ := o.up(b, nil)
	plain := growthOptions(b, cluster.Kubeconfig)
	plain.Home = filepath.Join(suite.dir, "policy-home")
	pack := &engine.Policy{Pack: buildPack(b), Config: packConfig()}
	progress("policy: bring the namespace %s up", growthNamespace)
	_, err := engine.Up(suite.context, plain)
	require.NoError(b, err)
	for i := range steps {
		steps[i].measure(b, plain, pack)
	}
	addPolicy(b, steps)
	for _, s := range steps[:2] {
		addJudge(b, s.workloads)
	}
}

// buildPack compiles the pack as its owner does.
func buildPack(b *testing.B) (path string) {
	b.Helper()
	path = filepath.Join(suite.dir, "pack")
	build := exec.CommandContext(suite.context, "go", "build", "-o", path, "./policy")
	build.Dir = suite.checkout
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))
	return path
}

// packConfig allows the images that the program names, so that the pack judges
// and has nothing to print.
func packConfig() map[string]any {
	return map[string]any{"all": "advisory"}
}

// measure lets both take turns, after a preview of each that is not timed.
func (s *policyStep) measure(b *testing.B, plain engine.Options, pack *engine.Policy) {
	b.Helper()
	if s.hurried {
		plain.Env = maps.Clone(plain.Env)
		plain.Env["PULUMI_K8S_CLIENT_QPS"], plain.Env["PULUMI_K8S_CLIENT_BURST"] = "1000000", "1000000"
	}
	judged := plain
	judged.Policy = pack
	s.resources, _ = s.preview(b, plain)
	rules := 0
	_, rules = s.preview(b, judged)
	require.NotZero(b, rules, "the pack has judged nothing")
	for i := range s.runs {
		pair := []struct {
			o    engine.Options
			into *times
		}{{plain, &s.without}, {judged, &s.with}}
		if i%2 == 1 {
			slices.Reverse(pair)
		}
		for _, one := range pair {
			start := time.Now()
			s.preview(b, one.o)
			*one.into = append(*one.into, time.Since(start))
		}
		progress("policy: %s, %d of %d in %s, and in %s with the pack",
			s.name(), i+1, s.runs, seconds(s.without[i]), seconds(s.with[i]))
	}
}

func (s *policyStep) name() string {
	if s.hurried {
		return fmt.Sprintf("%d resources, no limit of requests", s.resources)
	}
	return fmt.Sprintf("%d resources", s.resources)
}

func (s *policyStep) preview(b *testing.B, o engine.Options) (resources, rules int) {
	b.Helper()
	o.Program = growthProgram(s.workloads)
	summary, err := engine.Preview(suite.context, o)
	require.NoError(b, err)
	return len(summary.Changes), summary.Rules
}

func addPolicy(b *testing.B, steps []policyStep) {
	b.Helper()
	rows := [][]string{columns()}
	figures := map[string]float64{}
	for _, s := range steps {
		rows = append(rows,
			s.without.row(s.name(), s.without),
			s.with.row(s.name()+", judged", s.without))
		key := fmt.Sprintf("judged/plain-%d", s.resources)
		if s.hurried {
			key = "hurried-" + key
		}
		figures[key] = ratio(s.with.median(), s.without.median())
	}
	suite.results.add("preview with and without the policy pack (simulated nodes)", rows,
		"Both in one process, taking turns; the pack is a process of its own. The aim is a ratio of 1.10.")
	report(b, figures)
}

// judgeRuns is how often all resources are judged in this process.
const judgeRuns = 9

// addJudge times what the pack does for each resource, in this process and over
// the protocol's own messages.
func addJudge(b *testing.B, workloads int) {
	b.Helper()
	graph, err := offline.Evaluate(suite.context, growthProgram(workloads), offline.Options{Project: growthProject, Stack: "local"})
	require.NoError(b, err)
	server, err := analyzer.NewServer("bench", "0.0.0", rules.All(), time.Now)
	require.NoError(b, err)
	var each []*pulumirpc.AnalyzeRequest
	all := &pulumirpc.AnalyzeStackRequest{}
	for _, one := range graph.Resources {
		fields, err := plugin.MarshalProperties(one.Properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
		require.NoError(b, err)
		urn := "urn:pulumi:local::" + growthProject + "::" + one.Type + "::" + one.Name
		options := &pulumirpc.AnalyzerResourceOptions{Protect: one.Protect}
		each = append(each, &pulumirpc.AnalyzeRequest{Urn: urn, Type: one.Type, Name: one.Name, Properties: fields, Options: options})
		all.Resources = append(all.Resources, &pulumirpc.AnalyzerResource{
			Urn: urn, Type: one.Type, Name: one.Name, Properties: fields, Options: options,
		})
	}
	var alone, together times
	for range judgeRuns {
		start := time.Now()
		for _, request := range each {
			_, err := server.Analyze(suite.context, request)
			require.NoError(b, err)
		}
		alone = append(alone, time.Since(start))
		start = time.Now()
		_, err := server.AnalyzeStack(suite.context, all)
		require.NoError(b, err)
		together = append(together, time.Since(start))
	}
	perResource := func(t times) string {
		return fmt.Sprintf("%.0f µs", float64(t.median().Microseconds())/float64(len(each)))
	}
	suite.results.add(fmt.Sprintf("the pack alone, in this process: %d rules, %d resources", len(rules.All()), len(each)), [][]string{
		{"", "median for all", "for each"},
		{"each resource", seconds(alone.median()), perResource(alone)},
		{"the stack as a whole", seconds(together.median()), perResource(together)},
	})
}
