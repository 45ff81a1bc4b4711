package pipeline

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// checks are the job's names as GitHub shows them, one for each of its matrix.
func (j job) checks() []string { return j.expand(j.Name) }

// expand gives the text for each of the job's matrix.
func (j job) expand(text string) []string {
	texts := []string{text}
	for variable, values := range j.Strategy.Matrix {
		var all []string
		for _, text := range texts {
			for _, value := range values {
				all = append(all, strings.ReplaceAll(text, "${{ matrix."+variable+" }}", value))
			}
		}
		texts = all
	}
	return texts
}

// A check that no job reports blocks every pull request for ever; one that is
// not required guards nothing.
func TestRequiredChecksAreThoseOfPullRequests(t *testing.T) {
	text, err := os.ReadFile("../../Pulumi.production.yaml")
	require.NoError(t, err)
	var file struct {
		Config struct {
			GitHub struct {
				RequiredChecks []string `yaml:"requiredChecks"`
			} `yaml:"tripsage:github"`
		} `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	var reported []string
	for _, j := range workflows(t)["pull-request.yml"].Jobs {
		reported = append(reported, j.checks()...)
	}
	slices.Sort(reported)
	required := slices.Sorted(slices.Values(file.Config.GitHub.RequiredChecks))
	assert.Equal(t, reported, required)
}
