package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const fixtures = "stacks/testdata/bad"

// A configuration with faults: exit code 1, every fault in one message, and
// nothing changed in the cluster.
func testBadConfig(t *testing.T, m *machine) {
	before := m.cluster.objects(t)
	require.Greater(t, len(before), 30)
	files, err := filepath.Glob(filepath.Join(m.project, fixtures, "*.yaml"))
	require.NoError(t, err)
	require.Greater(t, len(files), 50)

	// With KUBECONFIG no value is filled in for the user.
	given := m.operator
	given.env = []string{"KUBECONFIG=" + m.up.Kubeconfig}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			writeFile(t, filepath.Join(m.project, "Pulumi."+name+".yaml"), string(text))
			fragments := wanted(t, m.project, name)
			refused(t, given, fragments, "preview", "--stack", name)
			refused(t, given, fragments, "up", "--stack", name)
			// On the embedded cluster images are set for the user.
			if !strings.Contains(strings.Join(fragments, "\n"), "tripsage:images") {
				refused(t, m.operator, fragments, "up", "--stack", name)
			}
		})
	}
	assert.Equal(t, before, m.cluster.objects(t), "nothing changed in the cluster")
	requireHealthy(t, m.up.API.URL)
}

// refused wants the command to end with 1 and all of the fragments in one
// message.
func refused(t *testing.T, o operator, fragments []string, args ...string) {
	t.Helper()
	r := o.try(t, args...)
	assert.Equal(t, 1, r.code)
	messages := strings.Split("\n"+r.stderr, "\nError: ")
	require.Len(t, messages, 2, "one message: %s", r.stderr)
	for _, fragment := range fragments {
		assert.Contains(t, messages[1], fragment)
	}
	assert.NotContains(t, r.stdout+r.stderr, "hunter2", "the password that the fixtures have in clear")
	assert.NotContains(t, r.stdout+r.stderr, "goroutine", "no stack trace")
}

// wanted are the fragments that the message of a fixture must have.
func wanted(t *testing.T, project, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project, fixtures, name+".want"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}
