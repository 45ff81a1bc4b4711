package objectives_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/objectives/datadog"
	"github.com/tripsage/infrastructure/objectives/grafana"
	"github.com/tripsage/infrastructure/objectives/page"
	"github.com/tripsage/infrastructure/objectives/rules"
)

var update = flag.Bool("update", false, "write the generated files anew")

// Runbooks is where the runbooks of the public repository are.
const runbooks = "https://github.com/tripsage/infrastructure/blob/main/docs/runbooks/"

// What Compose mounts is generated, and committed so that it can be read and
// run without Go.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	document, err := page.Markdown()
	require.NoError(t, err)
	files := map[string]string{"../docs/objectives.md": document}
	text, err := rules.File(rules.Options{Runbooks: runbooks, Speed: 1})
	require.NoError(t, err)
	files["prometheus-rules.yml"] = string(text)
	dashboards, err := grafana.Dashboards()
	require.NoError(t, err)
	for name, dashboard := range dashboards {
		files["grafana/dashboards/"+name] = dashboard
	}
	monitors, err := datadog.Files(runbooks)
	require.NoError(t, err)
	for name, text := range monitors {
		files["datadog/"+name] = text
	}
	for name, want := range files {
		path := filepath.Join("../deploy", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644)) // #nosec G306 -- containers of another user read them
		}
		have, err := os.ReadFile(path) // #nosec G304 -- our own
		require.NoError(t, err, "make it anew: go test ./objectives -update")
		assert.Equal(t, want, string(have), "%s: make it anew: go test ./objectives -update", name)
	}
	for _, folder := range []string{"grafana/dashboards", "datadog/dashboards"} {
		there, err := filepath.Glob("../deploy/" + folder + "/*.json")
		require.NoError(t, err)
		assert.Len(t, there, len(dashboards), "%s: a dashboard that nobody generates any more", folder)
	}
}

func TestGenerationIsDeterministic(t *testing.T) {
	first, err := grafana.Dashboards()
	require.NoError(t, err)
	firstMonitors, err := datadog.Files(runbooks)
	require.NoError(t, err)
	firstRules, err := rules.File(rules.Options{Runbooks: runbooks, Speed: 1})
	require.NoError(t, err)
	for range 5 {
		again, err := grafana.Dashboards()
		require.NoError(t, err)
		require.Equal(t, first, again)
		againMonitors, err := datadog.Files(runbooks)
		require.NoError(t, err)
		require.Equal(t, firstMonitors, againMonitors)
		againRules, err := rules.File(rules.Options{Runbooks: runbooks, Speed: 1})
		require.NoError(t, err)
		require.Equal(t, firstRules, againRules)
	}
}
