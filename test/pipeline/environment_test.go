package pipeline

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// readers know who reads a variable of the environment.
type readers struct {
	// operator are the names that the operator's program has in its sources, or
	// hands to a provider's plugin.
	operator map[string]bool
}

// plugins read these, in no source of ours.
func plugins() []string { return []string{"VERCEL_API_TOKEN"} }

func newReaders(t *testing.T) readers {
	t.Helper()
	r := readers{operator: map[string]bool{}}
	for _, name := range plugins() {
		r.operator[name] = true
	}
	literal := regexp.MustCompile(`"([A-Z][A-Z0-9_]+)"`)
	require.NoError(t, filepath.WalkDir("../../cmd/tripsage", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range literal.FindAllStringSubmatch(string(text), -1) {
			r.operator[match[1]] = true
		}
		return err
	}))
	return r
}

// reads asks make what it would run with the variable, and looks for its value
// where make expands it, or its name where the shell does. What runs the
// operator's program reads what that reads.
func (r readers) reads(t *testing.T, target, name string) bool {
	t.Helper()
	const value = "the-value-of-a-test"
	dry := exec.Command("make", "-n", "-o", "bin/tripsage", target) // #nosec G204 -- from our workflows
	dry.Dir, dry.Env = "../..", []string{"PATH=" + os.Getenv("PATH"), name + "=" + value}
	out, err := dry.CombinedOutput()
	require.NoError(t, err, "make -n %s: %s", target, out)
	recipe := string(out)
	return strings.Contains(recipe, value) ||
		regexp.MustCompile(`\$\{?`+name+`\b`).MatchString(recipe) ||
		strings.Contains(recipe, "bin/tripsage ") && r.operator[name]
}

// unread are the variables that the job sets for nobody. One of the whole job
// may be for one step only.
func (j job) unread(t *testing.T, r readers) []string {
	t.Helper()
	left := maps.Clone(j.Env)
	var found []string
	for _, s := range j.Steps {
		for name := range s.Env {
			if s.Run != "" && !slices.ContainsFunc(j.targets(s.Run), func(target string) bool { return r.reads(t, target, name) }) {
				found = append(found, fmt.Sprintf("%s does not read %s", s.Run, name))
			}
		}
		for name := range left {
			inWorkflow := strings.Contains(fmt.Sprint(s.Env, s.With), "env."+name) || strings.Contains(s.Run, "$"+name)
			if inWorkflow || s.Run != "" && slices.ContainsFunc(j.targets(s.Run), func(target string) bool { return r.reads(t, target, name) }) {
				delete(left, name)
			}
		}
	}
	for name := range left {
		found = append(found, "no step reads "+name)
	}
	slices.Sort(found)
	return found
}

func TestEveryVariableIsRead(t *testing.T) {
	r := newReaders(t)
	for file, w := range workflows(t) {
		for name, j := range w.Jobs {
			assert.Empty(t, j.unread(t, r), "%s, job %s", file, name)
		}
	}
}

func TestVariablesForNobodyAreFound(t *testing.T) {
	var j job
	require.NoError(t, yaml.Unmarshal([]byte(`
env: {STACK: staging, REGISTRY: a, TRIPSAGE_STATE: b}
steps:
  - run: make deploy
    env: {TRIPSAGE_TOKEN: a, TRIPSAGE_VERIFY_TOKEN: b, IMAGE: c, KUBECONFIG: d, VERCEL_API_TOKEN: e}
  - run: make sign
    env: {KUBECONFIG: a, SUBJECT: "${{ env.REGISTRY }}"}
`), &j))
	assert.Equal(t, []string{
		"make deploy does not read TRIPSAGE_TOKEN", "make sign does not read KUBECONFIG", "no step reads TRIPSAGE_STATE",
	}, j.unread(t, newReaders(t)))
}
