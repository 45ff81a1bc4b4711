package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster"
)

// newProject is a checkout as far as the flags look at it.
func newProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.local.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	return dir
}

func TestEveryBadFlagIsNamed(t *testing.T) {
	_, err := (&flags{project: newProject(t), stack: "prod", nodes: "some"}).settings()
	require.Error(t, err)
	assert.Contains(t, err.Error(), `--stack "prod": there is no Pulumi.prod.yaml in `)
	assert.Contains(t, err.Error(), `--nodes "some": expected auto, real or simulated`)
}

func TestTheProjectIsFoundUpwards(t *testing.T) {
	dir := newProject(t)
	deep := filepath.Join(dir, "a", "b")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	t.Chdir(deep)
	found, err := findProject("")
	require.NoError(t, err)
	assert.Equal(t, dir, found)
	_, err = findProject(deep)
	assert.ErrorContains(t, err, "no Pulumi.yaml in "+deep, "a folder that is named is not searched upwards")
}

func TestTheStateFollowsTheFlagThenTheEnvironment(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/x")
	dir, err := stateDir("")
	require.NoError(t, err)
	assert.Equal(t, "/x/tripsage", dir)
	dir, err = stateDir("/y")
	require.NoError(t, err)
	assert.Equal(t, "/y", dir)
}

func TestAGivenClusterIsTakenAsItIs(t *testing.T) {
	s := &settings{kubeconfig: "/k", nodes: "auto", stateDir: t.TempDir()}
	chosen, err := s.choose(t.Context())
	require.NoError(t, err)
	assert.Nil(t, chosen.cluster)
	assert.Equal(t, "/k", chosen.kubeconfig)

	s.nodes = string(localcluster.Real)
	_, err = s.choose(t.Context())
	assert.ErrorContains(t, err, "--nodes real is about the embedded cluster, but KUBECONFIG names another one")
}

func TestOutputsAsText(t *testing.T) {
	assert.Equal(t, "80", asText(80.0))
	assert.Equal(t, "tripsage", asText("tripsage"))
	assert.Empty(t, asText(nil))
}
