package chain

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/outsidetest"
)

const (
	owner      = "tripsage"
	repository = owner + "/infrastructure"
	audience   = "https://kubernetes.default.svc.cluster.local"
)

// world is what GitHub, its runners and the environments are to a job.
type world struct {
	dir, clone  string
	commit      string // what a job checks out
	environment []string
	cluster     cluster
	github      *github
}

// newWorld starts a cluster, and clones this checkout as it is.
func newWorld(t *testing.T) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "tsc-") // short, because sockets are below it
	require.NoError(t, err)
	w := &world{dir: dir, clone: filepath.Join(dir, "clone"), github: newGitHub()}
	t.Cleanup(func() {
		if !t.Failed() {
			_ = os.RemoveAll(dir)
		}
	})
	w.cloneCheckout(t)
	w.cluster = w.startCluster(t)
	w.github.identity = w.cluster.identity(t)
	w.github.mux.Handle(registryHost+"/", packages(w.cluster.registry))
	w.environment = append(bare(), "CI=true", "GITHUB_ACTIONS=true", "GITHUB_API_URL=https://api.github.com",
		"GITHUB_REPOSITORY="+repository, "GITHUB_WORKSPACE="+w.clone,
		"ACTIONS_ID_TOKEN_REQUEST_URL=https://"+identityHost+"/token?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=of-this-job",
		"XDG_STATE_HOME="+filepath.Join(dir, "home"), "PULUMI_CONFIG_PASSPHRASE_FILE="+filepath.Join(dir, "passphrase"), "NO_PROXY=", "no_proxy=")
	for key, value := range outsidetest.Proxy(t, w.github, hosts()...) {
		w.environment = append(w.environment, key+"="+value)
	}
	return w
}

// bare is this process's environment without what is about a job or a stack.
func bare() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		if name == "TRIPSAGE_CACHE_DIR" {
			return false
		}
		for _, prefix := range []string{"GITHUB_", "ACTIONS_", "TRIPSAGE_", "PULUMI_", "MAKE", "MFLAGS"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return slices.Contains([]string{"KUBECONFIG", "STACK", "IMAGE", "TAG", "ARGS"}, name)
	})
}

// settings are what expressions can name before a job has begun.
func (w *world) settings(event values) values {
	known := values{
		"github.repository": repository, "github.repository_owner": owner, "github.server_url": "https://github.com",
		"github.workspace": w.clone, "github.sha": w.commit, "github.token": "of-this-job",
		"vars.CLUSTER_SERVER": w.cluster.config.Host, "vars.CLUSTER_CA": string(w.cluster.config.CAData), "vars.CLUSTER_AUDIENCE": audience,
		"secrets.VERCEL_API_TOKEN": strings.Repeat("a1", 12), "secrets.DELIVERY_TOKEN": "of-the-delivery",
		"secrets.SMOKE_TOKEN": "", // these stacks sign their own, as one without the secret does
	}
	maps.Copy(known, event)
	return known
}

// local puts what is here in the place of what is on the internet.
func (w *world) local(key, value string) string {
	if key == "TRIPSAGE_BACKEND" {
		return w.backend()
	}
	return value
}
