package localcluster

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

func TestOpenRefusesFoldersThatCannotWork(t *testing.T) {
	_, err := Open("/var/lib/tripsage", Real)
	assert.ErrorContains(t, err, "a real node has a /var/lib/ of its own")
	_, err = Open("/var/lib/tripsage", Simulated)
	assert.NoError(t, err)
	_, err = Open("/"+strings.Repeat("x", 120), Simulated)
	assert.ErrorContains(t, err, "too long for a socket")
}

func TestPortsDifferAndAreKeptWhileFree(t *testing.T) {
	p, err := ports{}.choose(Simulated)
	require.NoError(t, err)
	seen := map[int]bool{}
	for _, port := range []int{p.APIServer, p.Registry, p.API, p.Etcd, p.EtcdPeer, p.ControllerManager, p.Scheduler} {
		assert.NotZero(t, port)
		assert.False(t, seen[port], "port %d twice", port)
		seen[port] = true
	}
	again, err := p.choose(Simulated)
	require.NoError(t, err)
	assert.Equal(t, p, again)

	busy, err := net.Listen("tcp", loopback(p.Registry))
	require.NoError(t, err)
	defer busy.Close()
	other, err := p.choose(Simulated)
	require.NoError(t, err)
	assert.NotEqual(t, p.Registry, other.Registry)
	assert.Equal(t, p.APIServer, other.APIServer)
}

func TestTheRecordSurvives(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(dir, Simulated)
	require.NoError(t, err)
	assert.False(t, c.Exists())
	c.record.Ports.APIServer = 6443
	require.NoError(t, c.saveRecord())
	c, err = Open(dir, Simulated)
	require.NoError(t, err)
	assert.True(t, c.Exists())
	assert.Equal(t, 6443, c.record.Ports.APIServer)
	require.NoError(t, os.WriteFile(c.layout.record(), []byte("{"), 0o600))
	_, err = Open(dir, Simulated)
	assert.ErrorContains(t, err, "delete the file and run again")
}

func TestIdentitiesAreCompleteAndPrivate(t *testing.T) {
	c, err := Open(t.TempDir(), Real)
	require.NoError(t, err)
	c.record.Ports = ports{APIServer: 6443, Registry: 5000, API: 8000}
	_, err = c.issueIdentities()
	require.NoError(t, err)
	for name := range users() {
		info, err := os.Stat(c.kubeconfig(name))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	host, err := os.ReadFile(c.adminKubeconfig())
	require.NoError(t, err)
	assert.Contains(t, string(host), "https://127.0.0.1:6443", "people use the host's port")
	inside, err := os.ReadFile(c.kubeconfig("kubelet"))
	require.NoError(t, err)
	assert.Contains(t, string(inside), "https://"+nodeAddress+":6443", "the node's programs use its own")
}

func TestNoSecretInArguments(t *testing.T) {
	c, err := Open(t.TempDir(), Real)
	require.NoError(t, err)
	ids, err := c.issueIdentities()
	require.NoError(t, err)
	key, err := c.encryptionKey()
	require.NoError(t, err)
	again, err := c.encryptionKey()
	require.NoError(t, err)
	assert.Equal(t, key, again)
	processes := append(c.controlPlane("/node", ids), c.realNode("/node", Packages{Containerd: "/containerd"})...)
	for _, p := range processes {
		assert.NotContains(t, strings.Join(p.Args, " "), key, p.Name)
		assert.True(t, filepath.IsAbs(p.Args[0]), p.Name)
	}
}

func TestAProcessIsRestartedWhenAFileItReadsChanges(t *testing.T) {
	c, err := Open(t.TempDir(), Real)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "config")
	before := c.process("a", []string{"/a"}, file)
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	assert.NotEqual(t, before.Inputs, c.process("a", []string{"/a"}, file).Inputs)
}

func TestPartsOfTheSpecAreReplacedByName(t *testing.T) {
	old := []supervisor.Process{{Name: "a", Log: "1"}, {Name: "b", Log: "1"}}
	got := replaceProcesses(old, []supervisor.Process{{Name: "b", Log: "2"}})
	assert.ElementsMatch(t, []supervisor.Process{{Name: "a", Log: "1"}, {Name: "b", Log: "2"}}, got)
	forwards := mergeForwards([]supervisor.Forward{{Name: "a", Target: "1"}, {Name: "b", Target: "1"}}, supervisor.Forward{Name: "a", Target: "2"})
	assert.ElementsMatch(t, []supervisor.Forward{{Name: "a", Target: "2"}, {Name: "b", Target: "1"}}, forwards)
}

func TestCgroupTreesAreRemovedInnermostFirst(t *testing.T) {
	root := filepath.Join(t.TempDir(), "tripsage")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "a", "b"), 0o755))
	require.NoError(t, removeTree(root))
	assert.NoDirExists(t, root)
	assert.NoError(t, removeTree(root), "twice is fine")
}
