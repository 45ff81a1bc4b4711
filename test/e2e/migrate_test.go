package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// migrations are the Jobs that have migrated the database, Pulumi's and those made by hand.
func (c cluster) migrations(t *testing.T) []batchv1.Job {
	t.Helper()
	list, err := c.BatchV1().Jobs("tripsage").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	return list.Items
}

// migratedFirst wants the release's migration to have ended before any of its pods was made.
func (c cluster) migratedFirst(t *testing.T) batchv1.Job {
	t.Helper()
	jobs := c.migrations(t)
	require.Len(t, jobs, 1, "one release has one")
	require.EqualValues(t, 1, jobs[0].Status.Succeeded)
	require.NotNil(t, jobs[0].Status.CompletionTime)
	image := jobs[0].Spec.Template.Spec.Containers[0].Image
	var pods int
	for _, pod := range c.pods(t, "tripsage") {
		if strings.HasPrefix(pod.Name, "tripsage-api-") && pod.Spec.Containers[0].Image == image {
			pods++
			assert.False(t, pod.CreationTimestamp.Before(jobs[0].Status.CompletionTime),
				"%s of %s, the migration ended at %s", pod.Name, pod.CreationTimestamp, jobs[0].Status.CompletionTime)
		}
	}
	assert.Positive(t, pods, "pods of the image that has migrated")
	return jobs[0]
}

// testMigrate goes one migration back by hand and forth again. Without it the API says that it does
// not know the schema and takes no requests; what runs goes on running.
func testMigrate(t *testing.T, m *machine) {
	pods := m.cluster.apiPods(t, 2)
	one, two := m.cluster.forward(t, pods[0], 8000), m.cluster.forward(t, pods[1], 8000)
	becomes := func(status int, fault string) {
		t.Helper()
		start := time.Now()
		eventually(t, time.Minute, func() error {
			for _, pod := range []string{one, two} {
				if ready, database := schemaOf(t, pod); ready != status || database != fault {
					return fmt.Errorf("%d, %q", ready, database)
				}
			}
			return nil
		})
		t.Logf("both pods answer %d %s after %.1fs", status, fault, time.Since(start).Seconds())
	}
	state := func(version, want string) {
		t.Helper()
		r := m.try(t, "migrate", "status")
		assert.Equal(t, want == "applied", r.code == 0, "%s", r.stderr)
		assert.Regexp(t, `"(?:migration|version)":"`+version+`".*"state":"`+want+`"`, r.stdout)
		assert.Contains(t, r.stdout, "initial_schema")
	}
	made := m.cluster.migrations(t)

	state(extraVersion, "applied")
	m.must(t, "migrate", "down")
	becomes(http.StatusServiceUnavailable, "schema_unknown")
	state(extraVersion, "pending")
	assert.Equal(t, "f", m.cluster.sql(t, `select to_regclass('public.e2e_extra') is not null`))
	eventually(t, patience, func() error {
		if status := m.status(t); status.API.Ready {
			return fmt.Errorf("%+v", status.API)
		}
		return nil
	})

	m.must(t, "migrate", "up")
	becomes(http.StatusOK, "")
	requireHealthy(t, m.up.API.URL)
	for n, pod := range m.cluster.apiPods(t, 2) {
		assert.Equal(t, pods[n].UID, pod.UID)
		assert.Equal(t, pods[n].Status.ContainerStatuses[0].RestartCount, pod.Status.ContainerStatuses[0].RestartCount)
	}
	left := m.cluster.migrations(t)
	require.Len(t, left, len(made), "nothing is left of what ran by hand")
	assert.Equal(t, made[0].UID, left[0].UID)
	assert.Empty(t, m.preview(t).lines(), "Pulumi did not notice")
}
