package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// extraVersion is a migration that no release has.
const extraVersion = "29991231_01"

// testRelease rolls out another release of the API, with one more migration, always two pods, and no
// limit of what a test may ask; tries it; and puts the old image back.
func testRelease(t *testing.T, m *machine) {
	u := m.traveller(t, "release")
	path := u.newTrip(t, "made with the old release")
	key := u.newKey(t, m, "before")
	was := m.cluster.migratedFirst(t)

	t.Run("New", func(t *testing.T) {
		addMigration(t, m.project)
		edit(t, m.project, "      min: 1\n", "      min: 2\n")
		edit(t, m.project, "    logLevel: debug\n", "    logLevel: debug\n    rateLimitPerMinute: 1000000\n")
		preview := m.preview(t).lines()
		m.up = m.operator.up(t)
		assert.ElementsMatch(t, preview, m.up.Update.lines())
		for _, line := range preview { // the version is in everybody's labels
			if !strings.HasPrefix(line, "update ") {
				assert.Contains(t, []string{"replace Job tripsage-api-migrate", "delete HorizontalPodAutoscaler tripsage-api"}, line)
			}
		}
		now := m.cluster.migratedFirst(t)
		assert.NotEqual(t, was.Name, now.Name, "another image is another run")
		assert.Equal(t, "t", m.cluster.sql(t, `select to_regclass('public.e2e_extra') is not null`))
		assert.Contains(t, u.must(t, http.StatusOK, http.MethodGet, path, "").body, "made with the old release")

		for _, part := range []struct {
			name string
			run  func(*testing.T, *machine)
		}{
			{"Guide", testGuide},
			{"Realtime", testRealtime},
			{"PodKilled", testPodKilled},
			{"RollingRestart", testRollingRestart},
			{"Migrate", testMigrate},
		} {
			t.Run(part.name, func(t *testing.T) { part.run(t, m) })
		}
	})

	t.Run("Old", func(t *testing.T) {
		m.start(t)
		requireHealthy(t, m.up.API.URL)
		assert.Equal(t, was.Spec.Template.Spec.Containers[0].Image, m.cluster.migratedFirst(t).Spec.Template.Spec.Containers[0].Image)
		assert.Equal(t, "t", m.cluster.sql(t, `select to_regclass('public.e2e_extra') is not null`), "the newer schema stays")
		assert.Contains(t, u.must(t, http.StatusOK, http.MethodGet, path, "").body, "made with the old release")
		key.opens(t, m)
		deployment, err := m.cluster.AppsV1().Deployments("tripsage").Get(t.Context(), "tripsage-api", metav1.GetOptions{})
		require.NoError(t, err)
		assert.Equal(t, was.Spec.Template.Spec.Containers[0].Image, deployment.Spec.Template.Spec.Containers[0].Image)
	})
}

// addMigration gives the project one more migration until the test ends, with which older releases
// still work.
func addMigration(t *testing.T, project string) {
	t.Helper()
	for suffix, text := range map[string]string{
		".sql":      "-- Description: Adds a table for an end-to-end test\n-- Compatible-from: 20261126_01\n\ncreate table public.e2e_extra (id bigint);\n",
		".down.sql": "-- Rollback: " + extraVersion + "_e2e_extra.sql\n-- Description: Drops it\n\ndrop table public.e2e_extra;\n",
	} {
		path := filepath.Join(project, "service", "postgres", "migrations", extraVersion+"_e2e_extra"+suffix)
		writeFile(t, path, text)
		t.Cleanup(func() { require.NoError(t, os.Remove(path)) })
	}
}
