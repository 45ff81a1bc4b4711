package stacks

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

// The whole local graph: types, names, parents, providers, inputs, secretness.
func TestLocalGraph(t *testing.T) {
	configure(t, shipped(t))
	recording, err := pulumitest.Up(Program)
	require.NoError(t, err)
	pulumitest.Golden(t, "local.json", recording.JSON(t))
}

func TestSameGraphEveryTime(t *testing.T) {
	configure(t, shipped(t))
	first, err := pulumitest.Up(Program)
	require.NoError(t, err)
	for range 10 {
		again, err := pulumitest.Up(Program)
		require.NoError(t, err)
		require.Equal(t, string(first.JSON(t)), string(again.JSON(t)))
	}
}

// A preview does not know generated values, but it knows every resource.
func TestPreviewHasTheSameResources(t *testing.T) {
	configure(t, shipped(t))
	update, err := pulumitest.Up(Program)
	require.NoError(t, err)
	preview, err := pulumitest.Preview(Program)
	require.NoError(t, err)
	assert.Equal(t, names(update), names(preview))
}

func names(recording pulumitest.Recording) []string {
	var all []string
	for _, one := range recording.Resources {
		all = append(all, one.Type+" "+one.Name)
	}
	slices.Sort(all)
	return all
}

// One value changes exactly the resources that depend on it.
func TestWhatOneValueChanges(t *testing.T) {
	configure(t, shipped(t))
	before, err := pulumitest.Up(Program)
	require.NoError(t, err)
	const deployment = "kubernetes:apps/v1:Deployment "
	for path, row := range map[string]struct {
		text    string
		changed []string
	}{
		"api.logLevel":            {"warn", []string{"kubernetes:core/v1:ConfigMap tripsage-api-env", deployment + "tripsage-api"}},
		"api.replicas.max":        {"1", []string{"kubernetes:autoscaling/v2:HorizontalPodAutoscaler tripsage-api", deployment + "tripsage-api"}},
		"cache.cpuRequest":        {"60m", []string{deployment + "dragonfly"}},
		"database.storageGiB":     {"3", []string{"kubernetes:core/v1:PersistentVolumeClaim postgres-data"}},
		"database.maxConnections": {"210", []string{"kubernetes:apps/v1:StatefulSet postgres"}},
		"kubernetes.cluster":      {"other", []string{"pulumi:providers:kubernetes kubernetes"}},
	} {
		t.Run(path, func(t *testing.T) {
			values := shipped(t)
			set(t, values, path, row.text)
			configure(t, values)
			after, err := pulumitest.Up(Program)
			require.NoError(t, err)
			assert.ElementsMatch(t, row.changed, different(t, before, after))
		})
	}
}

// different lists what only one of the recordings has as it is.
func different(t *testing.T, before, after pulumitest.Recording) []string {
	t.Helper()
	count := map[string]int{}
	label := map[string]string{}
	for sign, recording := range map[int]pulumitest.Recording{1: before, -1: after} {
		for _, one := range recording.Resources {
			text, err := json.Marshal(one)
			require.NoError(t, err)
			count[string(text)] += sign
			label[string(text)] = one.Type + " " + one.Name
		}
	}
	var found []string
	for text, n := range count {
		if n != 0 {
			found = append(found, label[text])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
