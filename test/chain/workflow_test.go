package chain

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// workflow are the jobs of a file, in its order.
type workflow []job

type job struct {
	name     string
	If       string            `yaml:"if"`
	Needs    string            `yaml:"needs"`
	Env      map[string]string `yaml:"env"`
	Outputs  map[string]string `yaml:"outputs"`
	Strategy struct {
		Matrix map[string][]string `yaml:"matrix"`
	} `yaml:"strategy"`
	Steps []step `yaml:"steps"`
}

type step struct {
	ID   string            `yaml:"id"`
	If   string            `yaml:"if"`
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
	With map[string]string `yaml:"with"`
}

// what names the step: the action without its commit, or the command.
func (s step) what() string {
	action, _, _ := strings.Cut(s.Uses, "@")
	return action + s.Run
}

func read(t *testing.T, file string) workflow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../.github/workflows", file))
	require.NoError(t, err)
	var raw struct {
		Jobs yaml.Node `yaml:"jobs"`
	}
	require.NoError(t, yaml.Unmarshal(text, &raw))
	var jobs workflow
	for i := 0; i < len(raw.Jobs.Content); i += 2 {
		j := job{name: raw.Jobs.Content[i].Value}
		require.NoError(t, raw.Jobs.Content[i+1].Decode(&j), "%s, job %s", file, j.name)
		jobs = append(jobs, j)
	}
	require.NotEmpty(t, jobs, file)
	return jobs
}

// values are what expressions can name, such as "github.sha".
type values map[string]string

// fill puts values in the place of a text's expressions.
func (v values) fill(text string) (filled string, err error) {
	filled = regexp.MustCompile(`\$\{\{\s*([\w.-]+)\s*\}\}`).ReplaceAllStringFunc(text, func(expression string) string {
		name := strings.TrimSpace(strings.Trim(expression, "${}"))
		value, known := v[name]
		if !known {
			err = fmt.Errorf("nothing here has a value for %s", name)
		}
		return value
	})
	if err == nil && strings.Contains(filled, "${{") {
		err = fmt.Errorf("this expression is more than a name: %s", filled)
	}
	return filled, err
}

// matrix are the job's variants: [""] when it has none. No job has more than
// one axis.
func (j job) matrix(t *testing.T) (axis string, variants []string) {
	t.Helper()
	require.LessOrEqual(t, len(j.Strategy.Matrix), 1, "job %s", j.name)
	for axis, variants := range j.Strategy.Matrix {
		return axis, variants
	}
	return "", []string{""}
}
