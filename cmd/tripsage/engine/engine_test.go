package engine_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/engine"
)

// The whole life of a stack.
func TestLifeOfAStack(t *testing.T) {
	o := newOptions(t)
	var password atomic.Value
	o.Program = func(ctx *pulumi.Context) error {
		if err := program(ctx, "first"); err != nil {
			return err
		}
		result, err := random.NewRandomPassword(ctx, "watched", &random.RandomPasswordArgs{Length: pulumi.Int(40)})
		if err != nil {
			return err
		}
		result.Result.ApplyT(func(v string) string { password.Store(v); return v })
		return nil
	}
	var events []engine.Event
	o.Progress = func(e engine.Event) { events = append(events, e) }

	_, err := engine.Outputs(t.Context(), o)
	require.ErrorIs(t, err, engine.ErrNoStack)
	gone, err := engine.Destroy(t.Context(), o)
	require.NoError(t, err, "destroying what never was is done")
	assert.False(t, gone.Changed())

	before, err := engine.Preview(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, []string{"create RandomPassword watched", "create RandomPassword first-password", "create Box first"},
		short(before.Changes))
	assert.Nil(t, password.Load(), "a preview knows no password")

	up, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, short(before.Changes), short(up.Changes))
	assert.Equal(t, 4, up.Counts["create"], "three resources and the stack itself")
	assert.Equal(t, map[string]any{"first": "[secret]", "firstLength": 24.0}, up.Outputs)
	assert.Empty(t, up.Warnings)
	assert.Contains(t, kinds(events, "watched"), engine.Started)
	assert.Contains(t, kinds(events, "watched"), engine.Done)

	outputs, err := engine.Outputs(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, up.Outputs, outputs)
	secretIsNowhere(t, o, password.Load().(string))

	again, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, again.Changed())
	assert.Equal(t, map[string]int{"same": 4}, again.Counts)

	committed, err := os.ReadFile(filepath.Join(o.Project, "Pulumi.test.yaml"))
	require.NoError(t, err)
	assert.Equal(t, stackFile, string(committed), "the committed stack file is untouched")

	down, err := engine.Destroy(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, 4, down.Counts["delete"])
	require.NoError(t, engine.Forget(t.Context(), o))
	require.NoError(t, engine.Forget(t.Context(), o), "twice in a row is fine")
	_, err = engine.Outputs(t.Context(), o)
	require.ErrorIs(t, err, engine.ErrNoStack)
	_, err = engine.Up(t.Context(), o)
	require.NoError(t, err, "a new stack comes up in the same home")
}

// One changed value replaces exactly what depends on it, and the preview says
// so beforehand.
func TestEpochReplacesOnePassword(t *testing.T) {
	o := newOptions(t)
	o.Program = func(ctx *pulumi.Context) error {
		if err := program(ctx, "first"); err != nil {
			return err
		}
		_, err := random.NewRandomId(ctx, "other", &random.RandomIdArgs{ByteLength: pulumi.Int(4)})
		return err
	}
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)

	o.Config = map[string]any{"enginetest:password": map[string]any{"epoch": "2", "length": 24}}
	want := []string{"replace RandomPassword first-password"}
	preview, err := engine.Preview(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, want, short(preview.Changes))
	assert.Equal(t, []string{"keepers"}, preview.Changes[0].Properties)

	up, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.Equal(t, want, short(up.Changes))

	o.Refresh = true
	refreshed, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, refreshed.Changed())
}

// Values arrive as they would from `pulumi up` on the committed file.
func TestConfigurationArrivesExactly(t *testing.T) {
	o := newOptions(t)
	o.Config = map[string]any{"enginetest:images": map[string]any{"api": "tripsage.local/api@sha256:0"}}
	var got map[string]any
	o.Program = func(ctx *pulumi.Context) error {
		c := config.New(ctx, "")
		got = map[string]any{"replicas": c.Require("replicas")}
		for _, key := range []string{"nested", "images", "password"} {
			var value any
			if err := c.TryObject(key, &value); err != nil {
				return err
			}
			got[key] = value
		}
		return nil
	}
	for range 2 { // the second run reads the working copy of the first
		_, err := engine.Up(t.Context(), o)
		require.NoError(t, err)
		assert.Equal(t, map[string]any{
			"replicas": "007",
			"nested": map[string]any{
				"list": []any{1.0, "1", true, 12345678901.0},
				"deep": map[string]any{"key": "value", "empty": ""},
			},
			"images":   map[string]any{"api": "tripsage.local/api@sha256:0"},
			"password": map[string]any{"epoch": "1", "length": 24.0},
		}, got)
	}
}

func TestProgramErrorComesBackVerbatim(t *testing.T) {
	o := newOptions(t)
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	state, err := os.ReadFile(statePath(o.Home))
	require.NoError(t, err)

	fault := errors.Join(errors.New("api.replicas is 0; it must be 1 or more"), errors.New("tripsage:cach: unknown key"))
	o.Program = func(*pulumi.Context) error { return fault }
	for _, operation := range []func() error{
		func() error { _, err := engine.Up(t.Context(), o); return err },
		func() error { _, err := engine.Preview(t.Context(), o); return err },
	} {
		err := operation()
		require.EqualError(t, err, fault.Error())
		require.ErrorIs(t, err, fault)
		var programError *engine.ProgramError
		require.ErrorAs(t, err, &programError)
	}
	assert.Equal(t, urns(t, state), urns(t, read(t, statePath(o.Home))), "nothing was deleted")

	o.Program = func(*pulumi.Context) error { panic("boom") }
	_, err = engine.Up(t.Context(), o)
	require.ErrorContains(t, err, "the program panicked: boom")
	require.ErrorContains(t, err, "engine_test.go")
}

func TestFailingResourcesAreListed(t *testing.T) {
	o := newOptions(t)
	o.Program = func(ctx *pulumi.Context) error {
		for _, name := range []string{"short", "negative", "good"} {
			args := &random.RandomPasswordArgs{Length: pulumi.Int(3)}
			switch name {
			case "short":
				args.MinLower = pulumi.Int(4)
			case "negative":
				args.MinUpper = pulumi.Int(-1)
			}
			if _, err := random.NewRandomPassword(ctx, name, args); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := engine.Up(t.Context(), o)

	var failed *engine.UpdateError
	require.ErrorAs(t, err, &failed)
	for _, f := range failed.Failures {
		assert.Equal(t, "random:index/randomPassword:RandomPassword", f.Type)
		assert.Contains(t, err.Error(), f.Name)
		switch f.Name {
		case "short":
			assert.Contains(t, f.Message, "must be at least minLower + minUpper + minNumeric + minSpecial = 4, not 3")
		case "negative":
			assert.Contains(t, f.Message, "must be 0 or more, not -1")
		default:
			assert.Fail(t, "not a failure", f.Name)
		}
	}
	assert.NotEmpty(t, failed.Failures)
	assert.NotContains(t, err.Error(), "stdout:", "no noise of Pulumi's")
}

func TestHomeIsPrivate(t *testing.T) {
	o := newOptions(t)
	logs := filepath.Join(o.Home, "pulumi", "logs")
	require.NoError(t, os.MkdirAll(filepath.Join(logs, "of an earlier version"), 0o700))
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	info, err := os.Stat(logs)
	require.NoError(t, err)
	assert.True(t, info.Mode().IsRegular(), "Pulumi writes no automatic logs")
	for path, mode := range map[string]fs.FileMode{"": 0o700, "state": 0o700, "passphrase": 0o600, "test.run": 0o600} {
		info, err := os.Stat(filepath.Join(o.Home, path))
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), path)
	}
	require.NoError(t, os.Remove(filepath.Join(o.Home, "passphrase")))
	_, err = engine.Up(t.Context(), o)
	require.ErrorContains(t, err, "passphrase is gone")
}

// The salt is found again although the working copy is lost.
func TestLostWorkingCopy(t *testing.T) {
	o := newOptions(t)
	_, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(o.Home, "work")))
	again, err := engine.Up(t.Context(), o)
	require.NoError(t, err)
	assert.False(t, again.Changed())
}
