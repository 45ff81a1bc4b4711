package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tripsage/infrastructure/internal/offline"
	"github.com/tripsage/infrastructure/localcluster"
)

// withoutSchema is the last release whose database had no tables of ours.
const withoutSchema = "component-library"

// testUpgradeRows has the database of an old release, with rows in it, on a real node: the current
// release takes it over with all that it holds, and gives it its schema. The API of that release
// does not run: its image is not ours to build any more.
func testUpgradeRows(t *testing.T, m *machine) {
	images := map[string]string{}
	for _, prefix := range []string{"postgres", "dragonfly", "tripsage-api"} {
		image := m.cluster.pod(t, "tripsage", prefix).Spec.Containers[0].Image
		name, _, _ := strings.Cut(image, "@")
		images[name] = image
	}
	m.must(t, "down", "--purge")
	u := newUpgrade(t, m.operator, localcluster.Real)
	u.preview(t) // starts the cluster, and gives it the images
	u.install(t, runnable(t, releases(t)[withoutSchema], images))
	m.cluster = connect(t, u.options.Env["KUBECONFIG"])
	m.cluster.sql(t, `create table kept (word text); insert into kept values ('from the old release')`)
	require.Equal(t, "f", m.cluster.sql(t, `select to_regclass('private.schema_migrations') is not null`))
	before := m.cluster.identities(t)

	preview := u.preview(t)
	require.Empty(t, losses(preview, mayBeLost(withoutSchema)))
	m.start(t)
	assert.ElementsMatch(t, preview.lines(), m.up.Update.lines())
	requireHealthy(t, m.up.API.URL)
	after := m.cluster.identities(t)
	for object, uid := range before {
		assert.Equal(t, uid, after[object], "%s is the same object as before", object)
	}
	assert.Equal(t, "from the old release", m.cluster.sql(t, `select word from kept`))
	m.cluster.migratedFirst(t)
	traveller := m.traveller(t, "upgrade")
	path := traveller.newTrip(t, "on the new schema")
	traveller.must(t, http.StatusOK, http.MethodGet, path, "")
}

// runnable is the release with images that there are, and no pods of the API.
func runnable(t *testing.T, release []offline.Resource, images map[string]string) []offline.Resource {
	t.Helper()
	for _, one := range release {
		spec := []string{"spec", "template", "spec", "containers"}
		containers, found, err := unstructured.NestedSlice(one.Inputs, spec...)
		require.NoError(t, err)
		if found {
			container := containers[0].(map[string]any)
			name, _, _ := strings.Cut(container["image"].(string), "@")
			require.Contains(t, images, name)
			container["image"] = images[name]
			require.NoError(t, unstructured.SetNestedSlice(one.Inputs, containers, spec...))
		}
		if one.Name != "tripsage-api" {
			continue
		}
		switch one.Type {
		case "kubernetes:apps/v1:Deployment":
			require.NoError(t, unstructured.SetNestedField(one.Inputs, 0.0, "spec", "replicas"))
		case "kubernetes:core/v1:Service": // Pulumi would wait for its pods
			require.NoError(t, unstructured.SetNestedField(one.Inputs, "true", "metadata", "annotations", "pulumi.com/skipAwait"))
		}
	}
	return release
}
