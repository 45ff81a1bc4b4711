package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// coldTimeout is enough to build everything that a cluster is made of.
const coldTimeout = 40 * time.Minute

// operator runs the operator's program as a person would.
type operator struct {
	project string
	state   string
	env     []string            // added to the environment
	args    []string            // before those of each command
	user    *syscall.Credential // nil: whoever runs the tests
}

type result struct {
	stdout, stderr string
	code           int
	took           time.Duration
}

// report is what `up --json` and `status --json` print.
type report struct {
	Stack      string
	Running    bool
	Nodes      string
	Simulated  string
	Kubeconfig string
	API        struct {
		URL   string
		Ready bool
		Note  string
	}
	Outputs map[string]any
	Update  summary
}

// summary is what `preview --json` prints, and a part of what `up --json` does.
type summary struct {
	Counts   map[string]int
	Changes  []change
	Warnings []string
}

type change struct {
	Type, Name, Op string
	Properties     []string
}

func (o operator) command(ctx context.Context, args ...string) *exec.Cmd {
	args = slices.Concat([]string{"--project", o.project, "--state-dir", o.state}, o.args, args)
	cmd := exec.CommandContext(ctx, suite.program, args...)
	cmd.Dir = o.project
	cmd.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "KUBECONFIG=") })
	cmd.Env = append(cmd.Env, o.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: o.user}
	return cmd
}

// try runs a command, whatever its outcome.
func (o operator) try(t *testing.T, args ...string) result {
	t.Helper()
	// Cleaning up is done with commands too, when the test's context has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), coldTimeout)
	defer cancel()
	return runCommand(t, o.command(ctx, args...), args)
}

func runCommand(t *testing.T, cmd *exec.Cmd, args []string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	r := result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode(), time.Since(start)}
	t.Logf("tripsage %s: exit %d in %.1fs", strings.Join(args, " "), r.code, r.took.Seconds())
	return r
}

// must runs a command that has to succeed.
func (o operator) must(t *testing.T, args ...string) result {
	t.Helper()
	r := o.try(t, args...)
	require.Zero(t, r.code, "tripsage %s\n%s\n%s", strings.Join(args, " "), r.stdout, r.stderr)
	return r
}

func (o operator) up(t *testing.T) report {
	t.Helper()
	return decode[report](t, o.must(t, "up", "--json").stdout)
}

func (o operator) preview(t *testing.T) summary {
	t.Helper()
	return decode[summary](t, o.must(t, "preview", "--json").stdout)
}

func (o operator) status(t *testing.T) report {
	t.Helper()
	return decode[report](t, o.must(t, "status", "--json").stdout)
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal([]byte(text), &value), "%s", text)
	return value
}

// lines names each change in a form that is easy to compare.
func (s summary) lines() []string {
	lines := []string{}
	for _, c := range s.Changes {
		lines = append(lines, c.Op+" "+c.Type[strings.LastIndex(c.Type, ":")+1:]+" "+c.Name)
	}
	return lines
}

// eventually repeats check until it returns nil.
func eventually(t *testing.T, within time.Duration, check func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(within); ; time.Sleep(300 * time.Millisecond) {
		if err = check(); err == nil {
			return
		}
		if time.Now().After(end) {
			require.NoError(t, err, "after %s", within)
		}
	}
}
