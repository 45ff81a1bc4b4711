package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/localcluster"
)

// TestUpgrade has each earlier release's local stack on a cluster and lets the
// current program take it over. What the old program computed from passwords
// (the checksums that restart pods) is not what it would have been, so pods may
// restart here that would not in a real update.
func TestUpgrade(t *testing.T) {
	for name, graph := range releases(t) {
		t.Run(name, func(t *testing.T) { testUpgrade(t, name, graph) })
	}
}

func testUpgrade(t *testing.T, name string, old []offline.Resource) {
	u := newUpgrade(t, operator{project: copyProject(t, name), state: filepath.Join(suite.dir, "upgrade-"+name)}, localcluster.Simulated)
	t.Cleanup(func() { u.must(t, "down", "--purge") })
	for _, line := range u.preview(t).lines() { // starts the cluster, too
		require.True(t, strings.HasPrefix(line, "create "), line)
	}
	summary := u.install(t, old)
	require.Len(t, summary.Changes, len(old), "each recorded resource is new")
	cluster := connect(t, u.options.Env["KUBECONFIG"])
	before := cluster.identities(t)
	require.GreaterOrEqual(t, len(before), 11, "%v", before)

	t.Run("Control", func(t *testing.T) {
		assert.ElementsMatch(t, []string{
			"replace Deployment dragonfly", "replace PersistentVolumeClaim postgres-data",
		}, losses(u.previewOf(t, altered(t, old)), nil), "a look at the preview finds what would be lost")
	})
	preview := u.preview(t)
	t.Logf("the update from %s:\n  %s", name, strings.Join(preview.lines(), "\n  "))
	require.Empty(t, losses(preview, mayBeLost(name)))

	report := decode[report](t, u.must(t, "up", "--json").stdout)
	assert.Subset(t, preview.lines(), report.Update.lines(), "up does nothing but what preview said")
	for _, line := range preview.lines() {
		// What is made of something that changes is unknown to a preview, and an update of it may turn out to be none.
		assert.True(t, strings.HasPrefix(line, "update ") || slices.Contains(report.Update.lines(), line), "up leaves out: %s", line)
	}
	after := cluster.identities(t)
	for object, uid := range before {
		assert.Equal(t, uid, after[object], "%s is the same object as before", object)
	}
	assert.Empty(t, u.preview(t).lines(), "nothing is left to do")
}

// releases are the frozen graphs by the name of their release.
func releases(t *testing.T) map[string][]offline.Resource {
	t.Helper()
	paths, err := filepath.Glob("testdata/releases/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	found := map[string][]offline.Resource{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var graph []offline.Resource
		require.NoError(t, json.Unmarshal(text, &graph), path)
		found[strings.TrimSuffix(filepath.Base(path), ".json")] = graph
	}
	return found
}

// altered is a copy of the graph with two changes that Kubernetes allows only
// to a new object.
func altered(t *testing.T, graph []offline.Resource) []offline.Resource {
	t.Helper()
	text, err := json.Marshal(graph)
	require.NoError(t, err)
	clone := decode[[]offline.Resource](t, string(text))
	set := func(typ, name, value string, path ...string) {
		at := slices.IndexFunc(clone, func(one offline.Resource) bool { return one.Type == typ && one.Name == name })
		require.GreaterOrEqual(t, at, 0, "%s %s", typ, name)
		require.NoError(t, unstructured.SetNestedField(clone[at].Inputs, value, path...))
	}
	set("kubernetes:core/v1:PersistentVolumeClaim", "postgres-data", "another", "metadata", "name")
	set("kubernetes:apps/v1:Deployment", "dragonfly", "new", "spec", "selector", "matchLabels", "track")
	set("kubernetes:apps/v1:Deployment", "dragonfly", "new", "spec", "template", "metadata", "labels", "track")
	return clone
}

// identities maps each object that an update has to leave in place to its UID.
func (c cluster) identities(t *testing.T) map[string]string {
	t.Helper()
	client, err := dynamic.NewForConfig(c.config)
	require.NoError(t, err)
	found := map[string]string{}
	namespace, err := c.CoreV1().Namespaces().Get(t.Context(), "tripsage", metav1.GetOptions{})
	require.NoError(t, err)
	found["namespaces/tripsage"] = string(namespace.UID)
	for _, resource := range []schema.GroupVersionResource{
		{Version: "v1", Resource: "persistentvolumeclaims"}, {Version: "v1", Resource: "services"},
		{Version: "v1", Resource: "secrets"}, {Group: "apps", Version: "v1", Resource: "deployments"},
		{Group: "apps", Version: "v1", Resource: "statefulsets"},
	} {
		all, err := client.Resource(resource).Namespace("tripsage").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		require.NotEmpty(t, all.Items, resource.Resource)
		for _, object := range all.Items {
			found[resource.Resource+"/"+object.GetName()] = string(object.GetUID())
		}
	}
	t.Logf("%d objects: %v", len(found), slices.Sorted(maps.Keys(found)))
	return found
}
