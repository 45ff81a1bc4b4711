package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster"
)

// shared is a stack that names the context "there", and a kubeconfig of others.
func shared(t *testing.T) (*settings, string) {
	t.Helper()
	dir := newProject(t)
	file := "config:\n  tripsage:environment: local\n  tripsage:kubernetes: {context: there}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.x.yaml"), []byte(file), 0o600))
	kubeconfig := filepath.Join(dir, "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte("apiVersion: v1\nkind: Config\ncontexts: [{name: here}]\n"), 0o600))
	return &settings{project: dir, stack: "x"}, kubeconfig
}

func TestASharedStackNeedsItsOwnCluster(t *testing.T) {
	s, kubeconfig := shared(t)
	err := s.check(target{cluster: &localcluster.Cluster{}})
	assert.ErrorContains(t, err, `stack "x" goes to the cluster of the context "there" (tripsage:kubernetes.context), and KUBECONFIG is not set`)
	assert.ErrorContains(t, err, "tripsage:images.api: found nothing", "the images are not ours to build there")

	err = s.check(target{kubeconfig: kubeconfig})
	assert.ErrorContains(t, err, `has only the contexts ["here"]: set another file or another context`)
	assert.ErrorContains(t, err, "tripsage:images.api: found nothing")

	err = s.check(target{kubeconfig: kubeconfig + ".missing"})
	assert.ErrorContains(t, err, `has only the contexts []`)
}

func TestAStackWithoutContextGoesAnywhere(t *testing.T) {
	s, kubeconfig := shared(t)
	assert.NoError(t, s.checkContext(target{kubeconfig: kubeconfig}, ""))
	assert.NoError(t, s.checkContext(target{kubeconfig: kubeconfig}, "here"))
}

func TestASharedStateIsForASharedCluster(t *testing.T) {
	_, err := (&settings{backend: "s3://state", nodes: "auto"}).choose(t.Context())
	assert.ErrorContains(t, err, "--backend s3://state (or TRIPSAGE_BACKEND) is for a stack on a cluster that others deploy to as well")
}
