package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// writeLock writes a lock as Pulumi's file backend does.
func writeLock(t *testing.T, o engine.Options, pid int, host string) string {
	t.Helper()
	content, err := json.Marshal(map[string]any{
		"pid": pid, "username": "somebody", "hostname": host, "timestamp": time.Now().Add(-time.Hour),
	})
	require.NoError(t, err)
	dir := filepath.Join(o.Home, "state/.pulumi/locks/organization/enginetest/test")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	file := filepath.Join(dir, "b8e2a3c4-0000-4000-8000-000000000000.json")
	write(t, file, string(content))
	return file
}

// ended returns the number of a process that has ended.
func ended(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("true")
	require.NoError(t, cmd.Run())
	return cmd.Process.Pid
}

func TestLocks(t *testing.T) {
	o := newOptions(t)
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)

	t.Run("of a process that ended", func(t *testing.T) {
		file := writeLock(t, o, ended(t), host)
		_, err := engine.Up(t.Context(), o)
		require.NoError(t, err)
		assert.NoFileExists(t, file)
	})
	t.Run("whose number another program has now", func(t *testing.T) {
		file := writeLock(t, o, os.Getpid(), host)
		_, err := engine.Up(t.Context(), o)
		require.NoError(t, err)
		assert.NoFileExists(t, file)
	})
	t.Run("cut short", func(t *testing.T) {
		file := writeLock(t, o, 1, host)
		write(t, file, `{"pid":`)
		_, err := engine.Up(t.Context(), o)
		require.NoError(t, err)
		assert.NoFileExists(t, file)
	})
	t.Run("of a living pulumi", func(t *testing.T) {
		sleep, err := exec.LookPath("sleep")
		require.NoError(t, err)
		other := filepath.Join(t.TempDir(), "pulumi")
		program, err := os.ReadFile(sleep)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(other, program, 0o700)) //nolint:gosec // a program
		cmd := exec.Command(other, "60")
		require.NoError(t, cmd.Start())
		defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()

		file := writeLock(t, o, cmd.Process.Pid, host)
		_, err = engine.Up(t.Context(), o)
		var locked *engine.LockedError
		require.ErrorAs(t, err, &locked)
		assert.Equal(t, cmd.Process.Pid, locked.PID)
		assert.Contains(t, err.Error(), fmt.Sprintf("locked by somebody@%s, process %d, since", host, cmd.Process.Pid))
		assert.FileExists(t, file, "it is not ours to remove")
		require.NoError(t, cmd.Process.Signal(os.Kill), "it is not ours to stop")
		require.NoError(t, os.Remove(file))
	})
	t.Run("of another host", func(t *testing.T) {
		file := writeLock(t, o, ended(t), "elsewhere")
		_, err := engine.Up(t.Context(), o)
		require.ErrorContains(t, err, "This host is "+host)
		require.ErrorContains(t, err, "delete "+file)
		require.NoError(t, os.Remove(file))
	})
}

// openOperations puts operations into the state as a killed run leaves them.
func openOperations(t *testing.T, o engine.Options, kinds map[string]string) {
	t.Helper()
	var state map[string]any
	require.NoError(t, json.Unmarshal(read(t, statePath(o.Home)), &state))
	latest := state["checkpoint"].(map[string]any)["latest"].(map[string]any)
	var kept, open []any
	for _, r := range latest["resources"].([]any) {
		urn := r.(map[string]any)["urn"].(string)
		kind := kinds[urn[strings.LastIndex(urn, ":")+1:]]
		if kind != "" {
			open = append(open, map[string]any{"resource": r, "type": kind})
		}
		if kind != "creating" {
			kept = append(kept, r)
		}
	}
	require.Len(t, open, len(kinds))
	latest["resources"], latest["pending_operations"] = kept, open
	content, err := json.Marshal(state)
	require.NoError(t, err)
	write(t, statePath(o.Home), string(content))
}

func TestOpenOperationsAreSettled(t *testing.T) {
	for name, tt := range map[string]struct {
		kinds map[string]string
		want  []string
	}{
		"create": {
			map[string]string{"second-password": "creating"},
			[]string{"create RandomPassword second-password"},
		},
		"update and delete": {
			map[string]string{"first-password": "updating", "second-password": "deleting"}, nil,
		},
		"create and update": {
			map[string]string{"first-password": "updating", "second-password": "creating"},
			[]string{"create RandomPassword second-password"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOptions(t)
			o.Program = bothPrograms
			_, err := engine.Up(t.Context(), o)
			require.NoError(t, err)
			openOperations(t, o, tt.kinds)

			var notes []string
			o.Progress = func(e engine.Event) {
				if e.Kind == engine.Note {
					notes = append(notes, e.Message)
				}
			}
			up, err := engine.Up(t.Context(), o)
			require.NoError(t, err)
			assert.Equal(t, tt.want, short(up.Changes))
			assert.Empty(t, up.Warnings, "nothing is open any more")
			assert.Equal(t, []string{fmt.Sprintf("a run was killed with %d operation(s) under way; settling them", len(tt.kinds))}, notes)
			assert.NotContains(t, string(read(t, statePath(o.Home))), "pending_operations")
			again, err := engine.Up(t.Context(), o)
			require.NoError(t, err)
			assert.False(t, again.Changed())
		})
	}
}

// An interrupt lets the engine record what it did and drop its lock.
func TestInterruptedRunEndsGracefully(t *testing.T) {
	o := newOptions(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupt := errors.New("interrupt")
	o.Program = func(p *pulumi.Context) error {
		if err := program(p, "first"); err != nil {
			return err
		}
		if err := waitForFirst(o.Home); err != nil {
			return err
		}
		cancel(interrupt)
		time.Sleep(time.Second)
		return program(p, "second")
	}
	_, err := engine.Up(ctx, o)
	require.ErrorIs(t, err, interrupt)
	require.ErrorContains(t, err, "run it again to go on")
	assert.Empty(t, locks(t, o))
	converges(t, o)
}
