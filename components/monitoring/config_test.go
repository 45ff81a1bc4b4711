package monitoring

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianprometheus"
)

// promtool knows the configuration that Prometheus would refuse.
func TestPromtoolAcceptsTheConfiguration(t *testing.T) {
	bin, err := debianprometheus.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	files, err := full().files()
	require.NoError(t, err)
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	output, err := exec.Command(filepath.Join(bin, "promtool"), "check", "config", filepath.Join(dir, configFile)).CombinedOutput() // #nosec G204
	require.NoError(t, err, string(output))
	assert.Contains(t, string(output), "SUCCESS: 1 rule files found")
	for _, want := range []string{"own_namespace: true", "__meta_kubernetes_pod_label_app_kubernetes_io_instance", "scrape_timeout: 5s", "alertmanager:9093"} {
		assert.Contains(t, files[configFile], want)
	}
	assert.NotContains(t, files[configFile], "annotation", "annotations change nothing")
}
