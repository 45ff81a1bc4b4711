package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// With KUBECONFIG the stack goes to the cluster that it names, and comes off
// it; nothing is started and nothing of the cluster is stopped.
func testGivenCluster(t *testing.T, o operator, kubeconfig string) {
	c := connect(t, kubeconfig)
	other := o
	other.state = filepath.Join(suite.dir, "given")
	require.NoError(t, os.MkdirAll(other.state, 0o755))
	if o.user != nil {
		require.NoError(t, os.Chown(other.state, int(o.user.Uid), int(o.user.Gid)))
	}
	other.env = append(other.env[:len(other.env):len(other.env)], "KUBECONFIG="+kubeconfig)
	edit(t, o.project, "  tripsage:environment: local\n", "  tripsage:environment: local\n  tripsage:kubernetes: {namespace: given}\n")

	t.Run("ImagesAreMissing", func(t *testing.T) {
		refused(t, other, []string{"tripsage:images.api", "tripsage:images.dragonfly", "tripsage:images.postgres", "tripsage:images.prometheus"}, "up")
	})
	t.Run("NodesAreNotOurs", func(t *testing.T) {
		refused(t, other, []string{"--nodes simulated", "KUBECONFIG"}, "--nodes", "simulated", "up")
	})
	images := "  tripsage:images:\n"
	for _, name := range []string{"api", "dragonfly", "postgres", "prometheus", "alertmanager", "postgresExporter"} {
		images += "    " + name + ": registry.example.com/" + strings.ToLower(name) +
			"@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
	}
	edit(t, o.project, "  tripsage:api:\n", images+"  tripsage:api:\n")

	up := other.up(t)
	assert.Equal(t, "external", up.Nodes)
	assert.Contains(t, up.API.Note, "port-forward", "it says how to reach the API")
	assert.NotEmpty(t, up.Update.lines())
	api, err := c.AppsV1().Deployments("given").Get(t.Context(), "tripsage-api", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Contains(t, api.Spec.Template.Spec.Containers[0].Image, "registry.example.com/api@sha256:")
	assert.Empty(t, other.preview(t).lines())
	assert.Empty(t, family(t, other.state), "nothing was started")

	other.must(t, "down")
	_, err = c.CoreV1().Namespaces().Get(t.Context(), "given", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "the stack's namespace is gone: %v", err)
	_, err = c.AppsV1().Deployments("tripsage").Get(t.Context(), "tripsage-api", metav1.GetOptions{})
	require.NoError(t, err, "the cluster runs on, with all else that it holds")
	other.must(t, "down") // twice in a row is fine
}

// owner is the user id that the operator's processes should have.
func owner(o operator) uint32 {
	if o.user != nil {
		return o.user.Uid
	}
	return uint32(os.Geteuid())
}

func ownerOf(info fs.FileInfo) uint32 { return info.Sys().(*syscall.Stat_t).Uid }
