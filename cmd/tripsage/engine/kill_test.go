package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

type background struct {
	cmd     *exec.Cmd
	output  *bytes.Buffer
	proceed string
	// engine is the process of the Pulumi CLI.
	engine int
}

// startHalfWay starts a run in its own process and returns when its first
// resource is on record and its program waits.
func startHalfWay(t *testing.T, o engine.Options) *background {
	t.Helper()
	dir := t.TempDir()
	options := helperOptions{
		Project: o.Project, Home: o.Home, PulumiRoot: o.PulumiRoot, Plugins: o.Plugins,
		Reached: filepath.Join(dir, "reached"), Proceed: filepath.Join(dir, "proceed"),
	}
	content, err := json.Marshal(options)
	require.NoError(t, err)
	file := filepath.Join(dir, "options.json")
	write(t, file, string(content))

	b := &background{cmd: exec.Command(os.Args[0]), output: &bytes.Buffer{}, proceed: options.Proceed}
	b.cmd.Env = append(os.Environ(), helperVariable+"="+file, "PULUMI_CONFIG_PASSPHRASE=of-the-developer")
	b.cmd.Stdout, b.cmd.Stderr = b.output, b.output
	require.NoError(t, b.cmd.Start())
	t.Cleanup(func() {
		_ = b.cmd.Process.Kill() // nothing to do when it has ended
		_ = b.cmd.Wait()
		if b.engine > 0 {
			_ = syscall.Kill(b.engine, syscall.SIGKILL)
		}
	})
	require.Eventually(t, func() bool {
		_, err := os.Stat(options.Reached)
		return err == nil
	}, 90*time.Second, 50*time.Millisecond, "the run never got half way: %s", b.output)

	var record struct {
		EnginePID int `json:"enginePid"`
	}
	require.NoError(t, json.Unmarshal(read(t, filepath.Join(o.Home, "test.run")), &record))
	b.engine = record.EnginePID
	require.Positive(t, b.engine)
	return b
}

// bothPrograms is what the killed run would have made.
func bothPrograms(ctx *pulumi.Context) error {
	if err := program(ctx, "first"); err != nil {
		return err
	}
	return program(ctx, "second")
}

// converges checks that the next run keeps what is on record and adds the rest.
func converges(t *testing.T, o engine.Options) engine.Summary {
	t.Helper()
	recorded := urns(t, read(t, statePath(o.Home)))
	o.Program = bothPrograms
	up, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, []string{"create RandomPassword second-password", "create Box second"}, short(up.Changes))
	assert.Empty(t, up.Warnings)
	assert.Subset(t, urns(t, read(t, statePath(o.Home))), recorded)
	again, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, again.Changed())
	return up
}

func locks(t *testing.T, o engine.Options) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(o.Home, "state/.pulumi/locks/organization/enginetest/test/*.json"))
	require.NoError(t, err)
	return files
}

func TestKilledRunConverges(t *testing.T) {
	o := newOptions(t)
	b := startHalfWay(t, o)
	require.Len(t, locks(t, o), 1)
	require.NoError(t, b.cmd.Process.Kill())
	converges(t, o)
	assert.Empty(t, locks(t, o))
	assert.Error(t, syscall.Kill(b.engine, 0), "the engine of the killed run has ended")
}

func TestKilledRunAndEngineConverge(t *testing.T) {
	o := newOptions(t)
	b := startHalfWay(t, o)
	// Stopped first, so that the engine cannot tidy up when its parent dies.
	require.NoError(t, syscall.Kill(b.engine, syscall.SIGSTOP))
	require.NoError(t, b.cmd.Process.Kill())
	_ = b.cmd.Wait() // it was killed
	require.NoError(t, syscall.Kill(b.engine, syscall.SIGKILL))
	require.Len(t, locks(t, o), 1, "the lock is stale")
	converges(t, o)
	assert.Empty(t, locks(t, o))
}

func TestLivingRunIsLeftAlone(t *testing.T) {
	o := newOptions(t)
	b := startHalfWay(t, o)
	o.Program = bothPrograms
	_, err := engine.Up(t.Context(), o)
	var busy *engine.BusyError
	require.ErrorAs(t, err, &busy)
	assert.Equal(t, b.cmd.Process.Pid, busy.PID)
	assert.Equal(t, "up", busy.Operation)
	assert.WithinDuration(t, time.Now(), busy.Since, 2*time.Minute)
	assert.Contains(t, err.Error(), fmt.Sprintf("stop it with: kill -INT %d", busy.PID))

	write(t, b.proceed, "")
	require.NoError(t, b.cmd.Wait(), b.output.String())
	again, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, again.Changed(), "the living run finished its work")
}

// The arguments and the environment of every process of a run, as any other
// process of the same user can read them.
func TestNoSecretInProcesses(t *testing.T) {
	o := newOptions(t)
	b := startHalfWay(t, o)
	passphrase := string(read(t, filepath.Join(o.Home, "passphrase")))
	require.Len(t, passphrase, 43)
	processes := descendants(t, b.cmd.Process.Pid)
	require.GreaterOrEqual(t, len(processes), 2, "the engine and a plugin")
	for _, pid := range processes {
		seen := string(read(t, fmt.Sprintf("/proc/%d/environ", pid))) + string(read(t, fmt.Sprintf("/proc/%d/cmdline", pid)))
		assert.NotContains(t, seen, passphrase)
		assert.NotContains(t, seen, "of-the-developer", "a developer's own passphrase is not passed on")
	}
}

func descendants(t *testing.T, pid int) []int {
	t.Helper()
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("this system has no /proc")
	}
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	var out []int
	for _, task := range tasks {
		for field := range strings.FieldsSeq(string(read(t, task))) {
			var childPID int
			_, err := fmt.Sscan(field, &childPID)
			require.NoError(t, err)
			out = append(append(out, childPID), descendants(t, childPID)...)
		}
	}
	return out
}
