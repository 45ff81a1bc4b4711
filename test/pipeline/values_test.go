package pipeline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// value is a variable or a secret, as workflows write it: vars.NAME.
var value = regexp.MustCompile(`(?:vars|secrets)\.[A-Z_]+`)

// stored are the values of each environment that the stack makes.
func stored(t *testing.T, stack string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../stacks/testdata/" + stack + ".json") // #nosec G304 -- our own
	require.NoError(t, err)
	var graph []struct {
		Type   string
		Inputs struct{ Environment, SecretName, VariableName string }
	}
	require.NoError(t, json.Unmarshal(text, &graph))
	all := map[string][]string{}
	for _, r := range graph {
		in := r.Inputs
		switch {
		case strings.HasSuffix(r.Type, ":ActionsEnvironmentSecret"):
			all[in.Environment] = append(all[in.Environment], "secrets."+in.SecretName)
		case strings.HasSuffix(r.Type, ":ActionsEnvironmentVariable"):
			all[in.Environment] = append(all[in.Environment], "vars."+in.VariableName)
		}
	}
	return all
}

// used are the values that jobs read, by the job's environment.
func used(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	all := map[string][]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path) // #nosec G304 -- our own
		require.NoError(t, err)
		var w struct {
			Jobs map[string]map[string]any `yaml:"jobs"`
		}
		require.NoError(t, yaml.Unmarshal(text, &w))
		for _, j := range w.Jobs {
			text, err := yaml.Marshal(j)
			require.NoError(t, err)
			environment, _ := j["environment"].(string)
			for _, stack := range []string{"staging", "production"} {
				name := strings.ReplaceAll(environment, "${{ matrix.stack }}", stack)
				all[name] = append(all[name], value.FindAllString(string(text), -1)...)
			}
		}
	}
	return all
}

// What a job reads is what the stack has stored for it, and nothing is stored
// that no job reads.
func TestEveryValueIsStored(t *testing.T) {
	read := used(t)
	assert.Empty(t, read[""], "values of a job without an environment, which every job could read")
	for _, stack := range []string{"staging", "production"} {
		for environment, has := range stored(t, stack) {
			wants := slices.DeleteFunc(read[environment], func(name string) bool {
				return name == "vars.CLUSTER_CA" // these stacks' servers have public certificates
			})
			slices.Sort(wants)
			slices.Sort(has)
			assert.Equal(t, slices.Compact(wants), has, "environment %s", environment)
			delete(read, environment)
		}
	}
	delete(read, "")
	assert.Empty(t, read, "environments that no stack makes")
}
