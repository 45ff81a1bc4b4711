package pipeline

import (
	"fmt"
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

// workflow is the part of a workflow that the rules are about.
type workflow struct {
	Permissions yaml.Node      `yaml:"permissions"`
	Concurrency yaml.Node      `yaml:"concurrency"`
	Jobs        map[string]job `yaml:"jobs"`
}

type job struct {
	Name        string    `yaml:"name"`
	Environment string    `yaml:"environment"`
	Permissions yaml.Node `yaml:"permissions"`
	Timeout     int       `yaml:"timeout-minutes"`
	Strategy    struct {
		Matrix map[string][]string `yaml:"matrix"`
	} `yaml:"strategy"`
	Env   map[string]string `yaml:"env"`
	Steps []step            `yaml:"steps"`
}

type step struct {
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
	With map[string]any    `yaml:"with"`
}

// faults are the rules that the workflow breaks. targets are the Makefile's.
func (w workflow) faults(targets []string) []string {
	var found []string
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if w.Permissions.Kind != yaml.MappingNode || len(w.Permissions.Content) > 0 {
		add("permissions at the top must be {}: each job asks for its own")
	}
	if w.Concurrency.IsZero() {
		add("no concurrency")
	}
	for name, j := range w.Jobs {
		if j.Permissions.Kind != yaml.MappingNode {
			add("job %s has no permissions of its own", name)
		}
		if j.Timeout == 0 {
			add("job %s has no timeout-minutes", name)
		}
		for _, s := range j.Steps {
			if s.Uses != "" && !regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40}$`).MatchString(s.Uses) {
				add("job %s: %s is not pinned by a commit", name, s.Uses)
			}
			if s.Run == "" {
				continue
			}
			for _, target := range j.targets(s.Run) {
				if !slices.Contains(targets, target) {
					add("job %s: %q is no make target", name, s.Run)
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// targets are the make targets that a step runs; [""] when it runs anything
// else.
func (j job) targets(run string) []string {
	if run == `make "$TARGET"` {
		return j.Strategy.Matrix["target"]
	}
	match := regexp.MustCompile(`^make ([a-z][a-z0-9-]*)$`).FindStringSubmatch(run)
	if match == nil {
		return []string{""}
	}
	return match[1:]
}

func makeTargets(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	var targets []string
	for _, match := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):.*##`).FindAllStringSubmatch(string(text), -1) {
		targets = append(targets, match[1])
	}
	return targets
}

// workflows are all of them, by their files.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob("../../.github/workflows/*")
	require.NoError(t, err)
	require.Len(t, files, 4, "pull request, main, release, nightly")
	all := map[string]workflow{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var w workflow
		require.NoError(t, yaml.Unmarshal(text, &w), file)
		require.NotEmpty(t, w.Jobs, file)
		all[filepath.Base(file)] = w
	}
	return all
}

func TestWorkflows(t *testing.T) {
	for file, w := range workflows(t) {
		assert.Empty(t, w.faults(makeTargets(t)), file)
	}
}

func TestFaultsOfWorkflowsAreFound(t *testing.T) {
	var w workflow
	require.NoError(t, yaml.Unmarshal([]byte(`
permissions: {contents: write}
jobs:
  a:
    strategy: {matrix: {target: [unit, nonsense]}}
    steps:
      - uses: actions/checkout@v4
      - run: make "$TARGET"
      - run: make unit && curl https://example.com
      - run: |
          make unit
          echo more
`), &w))
	found := strings.Join(w.faults([]string{"unit"}), "\n")
	for _, want := range []string{
		"permissions at the top", "no concurrency", "job a has no permissions", "job a has no timeout-minutes",
		"actions/checkout@v4 is not pinned", `"make \"$TARGET\"" is no make target`, `"make unit && curl`, `"make unit\necho more\n"`,
	} {
		assert.Contains(t, found, want)
	}
}
