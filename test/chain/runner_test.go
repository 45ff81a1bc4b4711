package chain

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Two actions are stood in for.
const (
	checkout = "actions/checkout"                  // git checkout and git clean
	upload   = "github/codeql-action/upload-sarif" // keeps the file
)

// runner runs the jobs of a workflow one after the other, as GitHub's runners
// do where they may be at work at the same time.
type runner struct {
	world *world
	event values // what the event and the settings of the repository say
	ran   []ran
	sarif map[string]string // what was uploaded, by category
	told  map[string]bool   // the steps of which the log says why they are not run
}

// ran is a step that ran.
type ran struct {
	job, target string
	env         map[string]string
	outputs     map[string]string
	log         string
}

// run runs a workflow, and fails the test with the first step that fails.
func (w *world) run(t *testing.T, file string, event values) *runner {
	t.Helper()
	r := &runner{world: w, event: w.settings(event), sarif: map[string]string{}, told: map[string]bool{}}
	for _, j := range read(t, file) {
		if j.Needs != "" {
			require.Contains(t, r.event, "needs."+j.Needs, "job %s comes before what it needs", j.name)
		}
		axis, variants := j.matrix(t)
		for _, variant := range variants {
			known := maps.Clone(r.event)
			known["matrix."+axis] = variant
			r.job(t, j, strings.TrimSpace(j.name+" "+variant), known)
		}
	}
	return r
}

// job runs the steps of one job.
func (r *runner) job(t *testing.T, j job, name string, known values) {
	t.Helper()
	require.Contains(t, []string{"", "github.event.pull_request.head.repo.full_name == github.repository"}, j.If, "job %s", name)
	environment := r.environment(t, known, j.Env)
	for key, value := range environment {
		known["env."+key] = value
	}
	for _, s := range j.Steps {
		require.Contains(t, []string{"", "always()"}, s.If, "job %s, step %s", name, s.what())
		outputs := r.step(t, name, s, known, environment)
		for key, value := range outputs {
			known["steps."+s.ID+".outputs."+key] = value
		}
	}
	r.event["needs."+j.name] = "success"
	for key, expression := range j.Outputs {
		if value, err := known.fill(expression); err == nil { // of a step that is run elsewhere there is none
			r.event["needs."+j.name+".outputs."+key] = value
		}
	}
}

func (r *runner) environment(t *testing.T, known values, given map[string]string) map[string]string {
	t.Helper()
	filled := map[string]string{}
	for key, text := range given {
		value, err := known.fill(text)
		require.NoError(t, err, key)
		filled[key] = r.world.local(key, value)
	}
	return filled
}

// step runs a step, or says why it is not run.
func (r *runner) step(t *testing.T, job string, s step, known values, environment map[string]string) (outputs map[string]string) {
	t.Helper()
	if why, listed := elsewhere()[s.what()]; listed {
		if !r.told[s.what()] {
			t.Logf("%s is not run here: %s", s.what(), why)
		}
		r.told[s.what()] = true
		return nil
	}
	require.Contains(t, here(), s.what(), "job %s: run it here, or list why not", job)
	switch s.what() {
	case checkout:
		r.world.checkOut(t)
		return nil
	case upload:
		with := r.environment(t, known, s.With)
		text, err := os.ReadFile(filepath.Join(r.world.clone, with["sarif_file"]))
		require.NoError(t, err, "job %s", job)
		r.sarif[with["category"]] = string(text)
		return nil
	}
	own := maps.Clone(environment)
	maps.Copy(own, r.environment(t, known, s.Env))
	target := strings.TrimPrefix(s.Run, "make ")
	log, outputs, err := r.world.make(t, target, own)
	require.NoError(t, err, "job %s, %s\n%s", job, s.Run, log)
	r.ran = append(r.ran, ran{job, target, own, outputs, log})
	return outputs
}

// make runs a target in the checkout as a step does, and gives its outputs.
func (w *world) make(t *testing.T, target string, environment map[string]string) (log string, outputs map[string]string, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "output")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	// bin/tripsage is the checkout's, which `make` in a clone would compile anew.
	cmd := exec.CommandContext(t.Context(), "make", "-o", "bin/tripsage", target) // #nosec G204 -- from our workflows
	cmd.Dir, cmd.Env = w.clone, slices.Concat(w.environment, []string{"GITHUB_OUTPUT=" + file, "ARGS=" + arguments(target)})
	for key, value := range environment {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	start := time.Now()
	text, err := cmd.CombinedOutput()
	t.Logf("make %s: %.1fs", target, time.Since(start).Seconds())
	written, failed := os.ReadFile(file)
	require.NoError(t, failed)
	outputs = map[string]string{}
	for line := range strings.Lines(string(written)) {
		key, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !found {
			return string(text), nil, fmt.Errorf("make %s wrote %q to GITHUB_OUTPUT: expected name=value", target, line)
		}
		outputs[key] = value
	}
	return string(text), outputs, err
}

// find is the only step of a job that ran a target.
func (r *runner) find(t *testing.T, job, target string) ran {
	t.Helper()
	var found []ran
	for _, one := range r.ran {
		if one.job == job && one.target == target {
			found = append(found, one)
		}
	}
	require.Len(t, found, 1, "make %s in job %s", target, job)
	return found[0]
}
