package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestSimulatedNodes is what a user without root gets: a real control plane
// that holds the whole stack, and pods that are simulated.
func TestSimulatedNodes(t *testing.T) {
	project := copyProject(t, "user")
	o := asOrdinaryUser(t, project)
	t.Cleanup(func() { o.must(t, "down", "--purge") })

	t.Run("RealIsRefused", func(t *testing.T) {
		r := o.try(t, "--nodes", "real", "up")
		assert.Equal(t, 1, r.code)
		assert.Contains(t, r.stderr, "--nodes real: this machine cannot host a node")
		assert.Contains(t, r.stderr, "root")
		assert.Empty(t, family(t, o.state), "nothing was started")
	})
	first := o.must(t, "up")
	for _, says := range []string{
		"with simulated pods", "takes the migrations for done", "no container runs, and there is no database", "only root may", "make up` as root", "KUBECONFIG",
	} {
		assert.Contains(t, first.stdout, says, "the summary is plain")
	}
	again := o.up(t)
	assert.Empty(t, again.Update.lines(), "no changes")
	assert.Equal(t, "simulated", again.Nodes)
	assert.Contains(t, again.Simulated, "root")
	c := connect(t, again.Kubeconfig)

	t.Run("Objects", func(t *testing.T) {
		version, err := c.Discovery().ServerVersion()
		require.NoError(t, err)
		assert.Regexp(t, `^v1\.34\.`, version.GitVersion)
		pods := c.pods(t, "tripsage")
		assert.GreaterOrEqual(t, len(pods), 3)
		for _, pod := range pods {
			assert.Equal(t, "Running", string(pod.Status.Phase), "as far as the API server knows")
		}
		_, err = c.AutoscalingV2().HorizontalPodAutoscalers("tripsage").Get(t.Context(), "tripsage-api", metav1.GetOptions{})
		require.NoError(t, err)
	})
	t.Run("Migration", func(t *testing.T) {
		jobs := c.migrations(t)
		require.Len(t, jobs, 1)
		assert.EqualValues(t, 1, jobs[0].Status.Succeeded, "so that nobody waits for it")
		refused(t, o, []string{"pods are simulated here, so there is no database", "as root on Linux", "KUBECONFIG"}, "migrate", "status")
	})
	t.Run("ProcessesAreTheUsers", func(t *testing.T) {
		ours := family(t, o.state)
		assert.Greater(t, len(ours), 5)
		for _, p := range ours {
			info, err := os.Stat(fmt.Sprintf("/proc/%d", p.pid))
			require.NoError(t, err)
			assert.Equal(t, owner(o), ownerOf(info), "%s", p)
		}
	})
	t.Run("LoopbackOnly", func(t *testing.T) {
		addresses := listening(t, family(t, o.state))
		assert.GreaterOrEqual(t, len(addresses), 5)
		for _, address := range addresses {
			assert.True(t, strings.HasPrefix(address, "127.0.0.1:") || strings.HasPrefix(address, "[::1]:"), address)
		}
	})
	t.Run("GivenCluster", func(t *testing.T) { testGivenCluster(t, o, again.Kubeconfig) })
	t.Run("Down", func(t *testing.T) {
		ran := family(t, o.state)
		o.must(t, "down")
		assert.Empty(t, alive(t, ran))
		assert.Empty(t, socketsBelow(t, o.state))
		o.must(t, "down")
		assert.Empty(t, o.up(t).Update.lines(), "its data was kept")
	})
}
