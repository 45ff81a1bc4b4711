package stacks

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func differing(t *testing.T, folder, a, b string) []Difference {
	t.Helper()
	all, err := Compare(folder, a, b)
	require.NoError(t, err)
	var found []Difference
	for _, one := range all {
		if one.Differs {
			found = append(found, one)
		}
	}
	return found
}

func TestCompare(t *testing.T) {
	folder := t.TempDir()
	writeStack(t, folder, "a", nil)
	writeStack(t, folder, "b", object{
		"kubernetes": object{"namespace": "other", "podSecurityVersion": "v1.34"}, // the second is the default
		"images":     object{"api": "tripsage.local/api" + digest},
		"database":   object{"mode": "external", "url": secure("x"), "migrationURL": secure("x")},
		"cache":      object{"threads": 2, "maxMemoryMiB": 512, "memoryLimitMiB": 640},
	})
	assert.Equal(t, []Difference{
		{Key: "kubernetes.namespace", A: "tripsage", B: "other", Differs: true},
		{Key: "images.api", A: builtShown, B: "tripsage.local/api" + digest, Differs: true},
		{Key: "images.postgres", A: builtShown, B: nil, Differs: true},
		{Key: "images.postgresExporter", A: builtShown, B: nil, Differs: true},
		{Key: "cache.threads", A: 1, B: 2, Differs: true},
		{Key: "cache.maxMemoryMiB", A: 256, B: 512, Differs: true},
		{Key: "cache.memoryLimitMiB", A: 320, B: 640, Differs: true},
		{Key: "database.mode", A: "embedded", B: "external", Differs: true},
		{Key: "database.url", A: nil, B: secretShown, Differs: true},
		{Key: "database.migrationURL", A: nil, B: secretShown, Differs: true},
		{Key: "database.storageGiB", A: 2, B: nil, Differs: true},
		{Key: "database.maxConnections", A: 200, B: nil, Differs: true},
		{Key: "database.resources.cpuRequest", A: "100m", B: nil, Differs: true},
		{Key: "database.resources.cpuLimit", A: "1", B: nil, Differs: true},
		{Key: "database.resources.memoryRequest", A: "128Mi", B: nil, Differs: true},
		{Key: "database.resources.memoryLimit", A: "512Mi", B: nil, Differs: true},
	}, differing(t, folder, "a", "b"))
	assert.Empty(t, differing(t, folder, "b", "b"))
}

func TestCompareTellsASecretThatIsStillToBeSet(t *testing.T) {
	folder := t.TempDir()
	writeStack(t, folder, "set", object{"database": object{"mode": "external", "url": secure("x"), "migrationURL": secure("x")}})
	writeStack(t, folder, "other", object{"database": object{"mode": "external", "url": secure("y"), "migrationURL": secure("y")}})
	writeStack(t, folder, "unset", object{"database": object{"mode": "external", "migrationURL": secure("x")}})
	assert.Empty(t, differing(t, folder, "set", "other"))
	assert.Equal(t, []Difference{{Key: "database.url", A: secretShown, B: nil, Differs: true}}, differing(t, folder, "set", "unset"))
}

// Every key of the Spec is in the comparison, once, and what it holds is JSON
// without null lists.
func TestCompareListsEveryKey(t *testing.T) {
	all, err := Compare("..", "local", "local")
	require.NoError(t, err)
	var keys, known []string
	for _, one := range all {
		keys = append(keys, one.Key)
		assert.False(t, one.Differs, one.Key)
	}
	for _, knob := range Knobs() {
		known = append(known, knob.Key)
	}
	assert.ElementsMatch(t, known, keys)
	text, err := json.Marshal(all[0])
	require.NoError(t, err)
	assert.JSONEq(t, `{"key":"environment","a":"local","b":"local","differs":false}`, string(text))
}

func TestCompareShowsListsAndZeros(t *testing.T) {
	known, err := readChanged(t, nil)
	require.NoError(t, err)
	byPath := map[string]field{}
	for _, f := range schema().all() {
		byPath[f.path] = f
	}
	knobs := map[string]Knob{}
	for _, knob := range Knobs() {
		knobs[knob.Key] = knob
	}
	show := func(path string) any { return known.shown(byPath[path], knobs[path]) }
	assert.Equal(t, false, show("kubernetes.protect"), "a default that is zero")
	assert.Equal(t, "", show("kubernetes.context"))
	assert.Nil(t, show("database.url"), "not of this mode")
}

func TestCompareJoinsTheFaultsOfBoth(t *testing.T) {
	folder := t.TempDir()
	writeStack(t, folder, "a", object{"environment": "a"})
	_, err := Compare(folder, "a", "b")
	assert.ErrorContains(t, err, "tripsage:environment")
	assert.ErrorContains(t, err, "there is no Pulumi.b.yaml")
}
