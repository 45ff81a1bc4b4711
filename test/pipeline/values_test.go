package pipeline

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	all := map[string][]string{}
	for _, w := range workflows(t) {
		for _, j := range w.Jobs {
			for _, environment := range j.expand(j.Environment) {
				all[environment] = append(all[environment], value.FindAllString(fmt.Sprint(j.Env, j.Steps), -1)...)
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
