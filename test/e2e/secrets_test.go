package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No secret, of today or from before a rotation, no token and no key of a user's
// own lies around in clear: not in Pulumi's state, etcd, logs, the database's
// files, image layers or processes.
func testSecrets(t *testing.T, m *machine) {
	values := m.secretValues(t)
	for _, key := range []string{
		"tripsage-api/jwt-secret", "tripsage-api/encryption-keys", "tripsage-api/database-url", "tripsage-api/dragonfly-url",
		"tripsage-api-migrate/migration-database-url", "postgres/superuser-password",
	} {
		require.Greater(t, len(values[key]), 30, key)
	}
	secrets := slices.Sorted(maps.Keys(m.seen))
	require.Greater(t, len(secrets), 20, "of several epochs, with tokens and users' own keys")
	forms := needles(secrets)

	layers, err := filepath.Glob(cacheFolder(t, "images-*"))
	require.NoError(t, err)
	require.NotEmpty(t, layers)

	planted := plant(t, filepath.Join(m.state, "planted"))
	found, _ := searchFiles(t, needles([]string{planted}), m.state)
	assert.Len(t, found, 3, "the search finds what was planted: %v", found)
	found, _ = searchProcesses(t, needles([]string{planted}))
	assert.Len(t, found, 2, "the search finds what was planted: %v", found)

	found, read := searchFiles(t, forms, append(layers, m.state)...)
	assert.Empty(t, found, "files with a secret in clear")
	assert.Greater(t, read, 1000)
	inProcesses, readProcesses := searchProcesses(t, forms)
	assert.Empty(t, inProcesses, "processes with a secret in clear")
	t.Logf("searched %d files and %d arguments and environments for %d secrets", read, readProcesses, len(secrets))
}

// plant hides a made-up secret in three files and a process.
func plant(t *testing.T, dir string) string {
	t.Helper()
	secret := "planted-" + strconv.Itoa(os.Getpid()) + "-QwErTyUiOpAsDfGh"
	require.NoError(t, os.MkdirAll(dir, 0o700))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	writeFile(t, filepath.Join(dir, "plain"), "a line\npassword="+secret+"\n")
	writeFile(t, filepath.Join(dir, "encoded"), `{"data":"`+base64.StdEncoding.EncodeToString([]byte(secret))+`"}`)
	var layer bytes.Buffer
	writer := gzip.NewWriter(&layer)
	_, err := writer.Write([]byte(secret))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	writeFile(t, filepath.Join(dir, "layer.tar.gz"), layer.String())

	sleeper := exec.Command("sleep", "600")
	sleeper.Args[0] = secret
	sleeper.Env = append(os.Environ(), "PASSWORD="+secret)
	require.NoError(t, sleeper.Start())
	t.Cleanup(func() {
		_ = sleeper.Process.Kill()
		_ = sleeper.Wait()
	})
	return secret
}
