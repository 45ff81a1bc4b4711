package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// One changed value changes exactly what depends on it, and preview says so
// beforehand.
func testChanges(t *testing.T, m *machine) {
	t.Run("None", func(t *testing.T) {
		assert.Empty(t, m.preview(t).lines())
		start := time.Now()
		assert.Empty(t, m.operator.up(t).Update.lines())
		assert.Less(t, time.Since(start), time.Minute)
	})
	t.Run("LogLevel", func(t *testing.T) {
		edit(t, m.project, "logLevel: debug", "logLevel: warn")
		m.changes(t, "update ConfigMap tripsage-api-env", "update Deployment tripsage-api")
		settings, err := m.cluster.CoreV1().ConfigMaps("tripsage").Get(t.Context(), "tripsage-api-env", metav1.GetOptions{})
		require.NoError(t, err)
		assert.Equal(t, "warn", settings.Data["LOG_LEVEL"])
	})
	t.Run("LogLevelBack", func(t *testing.T) {
		m.changes(t, "update ConfigMap tripsage-api-env", "update Deployment tripsage-api")
	})
	t.Run("Epoch", func(t *testing.T) {
		m.cluster.sql(t, `create table if not exists kept (word text); truncate kept; insert into kept values ('before rotation')`)
		old, before := m.secretValues(t), m.traveller(t, "rotation")
		path, key := before.newTrip(t, "before rotation"), before.newKey(t, m, "before rotation")
		edit(t, m.project, "epoch: 1", "epoch: 2")
		m.changes(t,
			"update Deployment dragonfly", "update Deployment tripsage-api", "update StatefulSet postgres",
			"update Secret dragonfly", "update Secret postgres", "update Secret tripsage-api",
			"update Secret tripsage-api-migrate", "replace Job tripsage-api-migrate",
			"replace RandomPassword tripsage-api-migrate-version-key", "replace RandomPassword tripsage-api-jwt-secret",
			"replace RandomPassword dragonfly-password", "replace RandomPassword dragonfly-version-key",
			"replace RandomPassword postgres-superuser-password", "replace RandomPassword postgres-authenticator-password",
			"replace RandomPassword postgres-version-key", "replace RandomPassword tripsage-api-version-key",
			"update Deployment monitoring-postgres-exporter", "update Secret postgres-exporter",
			"replace RandomPassword postgres-exporter-version-key", "replace RandomPassword postgres-monitor-password")
		for key, value := range m.secretValues(t) {
			if key == "tripsage-api/encryption-keys" {
				assert.Equal(t, old[key], value, "what it has sealed can still be opened")
				continue
			}
			assert.NotEqual(t, old[key], value, "%s is new", key)
		}
		assert.Equal(t, "before rotation", m.cluster.sql(t, `select word from kept`))
		m.cluster.migratedFirst(t)

		// On a new connection: the old one leads to a pod that is ending, which knows no new password.
		refused := before.at(m.up.API.URL).must(t, http.StatusUnauthorized, http.MethodGet, path, "")
		assert.Contains(t, refused.body, `"code":"unauthenticated"`, "its signature is no longer good")
		after := m.traveller(t, "rotation")
		assert.Equal(t, before.id, after.id, "the user stays the same")
		after.must(t, http.StatusOK, http.MethodGet, path, "")
		key.user = after
		key.opens(t, m)
	})
	m.start(t) // back at the shipped values
}

// changes wants a preview and an update of the same list, and then none.
func (m *machine) changes(t *testing.T, want ...string) {
	t.Helper()
	assert.ElementsMatch(t, want, m.preview(t).lines(), "preview")
	got := m.operator.up(t)
	assert.ElementsMatch(t, want, got.Update.lines(), "up")
	requireHealthy(t, got.API.URL)
	assert.Empty(t, m.preview(t).lines(), "afterwards")
}
