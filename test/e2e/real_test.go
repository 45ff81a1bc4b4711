package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine is a real cluster that several tests share.
type machine struct {
	operator
	up      report
	cluster cluster
	before  leftovers       // of the machine, before anything was started
	seen    map[string]bool // every secret that the cluster ever had
}

// TestRealNode runs everything that needs containers on one cluster, in the
// order in which a person would notice that something is broken.
func TestRealNode(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("a real node needs root: run the tests as root, or only the others with -run TestSimulatedNodes")
	}
	m := &machine{
		operator: operator{project: copyProject(t, "checkout"), state: filepath.Join(suite.dir, "real")},
		seen:     map[string]bool{},
	}
	m.before = findLeftovers(t, m.state)
	t.Cleanup(func() { m.must(t, "down", "--purge") })
	m.start(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *machine)
	}{
		{"Up", testUp},
		{"OrdinaryCluster", testOrdinaryCluster},
		{"LoopbackOnly", testLoopbackOnly},
		{"Autoscaler", testAutoscaler},
		{"Changes", testChanges},
		{"Release", testRelease},
		{"Deploy", testDeploy},
		{"Killed", testKilled},
		{"BadConfig", testBadConfig},
		{"PodSecurity", testPodSecurity},
		{"NetworkPolicy", testNetworkPolicy},
		{"Secrets", testSecrets},
		{"UpgradeRows", testUpgradeRows},
		{"Down", testDown},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, m) }) {
			m.start(t) // the next part gets a working cluster, or none does
		}
	}
}

// start brings the stack up, as far as it is not.
func (m *machine) start(t *testing.T) {
	t.Helper()
	m.up = m.operator.up(t)
	require.True(t, m.up.API.Ready, "%+v", m.up.API)
	m.cluster = connect(t, m.up.Kubeconfig)
}
