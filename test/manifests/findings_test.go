package manifests

import (
	"bytes"
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// finding is one complaint of a linter about one object.
type finding struct {
	check  string // the linter and the name of its rule: "kube-score pod-probes"
	object string // the stack and the object: "local Deployment/tripsage-api"
	says   string
}

func (f finding) String() string { return fmt.Sprintf("%s: %s: %s", f.object, f.check, f.says) }

// exception excuses findings of one check.
type exception struct {
	check string
	says  string   // part of what the finding says, so that nothing else hides behind the exception
	on    []string // objects; a star stands for any stack, kind or name
	why   string
}

// judge fails for what faults returns about a linter's findings.
func judge(t *testing.T, linter string, findings []finding) {
	t.Helper()
	var excuses []exception
	for _, e := range exceptions() {
		if strings.HasPrefix(e.check, linter+" ") {
			excuses = append(excuses, e)
		}
	}
	for _, fault := range faults(findings, excuses) {
		t.Error(fault)
	}
}

// faults are the findings that nothing excuses, and the exceptions that excuse
// nothing or have no reason.
func faults(findings []finding, excuses []exception) []string {
	var found []string
	used := map[string]bool{}
	for _, f := range findings {
		excused := false
		for i, e := range excuses {
			for _, pattern := range e.on {
				if e.excuses(pattern, f) {
					excused, used[fmt.Sprint(i, pattern)] = true, true
				}
			}
		}
		if !excused {
			found = append(found, f.String())
		}
	}
	for i, e := range excuses {
		if e.says == "" || e.why == "" {
			found = append(found, "the exception from "+e.check+" must tell what is said and why it is excused")
		}
		for _, pattern := range e.on {
			if !used[fmt.Sprint(i, pattern)] {
				found = append(found, fmt.Sprintf("the exception from %s (%s) for %s excuses nothing: delete it", e.check, e.says, pattern))
			}
		}
	}
	return found
}

func (e exception) excuses(pattern string, f finding) bool {
	matches, err := path.Match(pattern, f.object)
	return err == nil && matches && e.check == f.check && strings.Contains(f.says, e.says)
}

// judgeEachStack lets a linter look at each stack, and judges all it finds.
func judgeEachStack(t *testing.T, linter string, look func(*testing.T, stack) []finding) {
	t.Helper()
	var all []finding
	forEachStack(t, func(t *testing.T, s stack) { all = append(all, look(t, s)...) })
	judge(t, linter, all)
}

// requireFound is for what was spoilt on purpose.
func requireFound(t *testing.T, findings []finding, check, says string) {
	t.Helper()
	found := slices.ContainsFunc(findings, func(f finding) bool {
		return f.check == check && strings.Contains(f.says, says)
	})
	require.True(t, found, "%s does not find %q, but %v", check, says, findings)
}

// lint runs a linter and returns what it prints. Exit codes are not looked at:
// they tell of findings, which are judged here.
func lint(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(suite.context, program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if stdout.Len() == 0 && err != nil {
		require.NoError(t, err, stderr.String())
	}
	return stdout.Bytes()
}
