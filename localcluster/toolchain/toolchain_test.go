package toolchain

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newBuilder has one tiny module to build.
func newBuilder(t *testing.T) (*Builder, build) {
	t.Helper()
	b := &Builder{Tools: t.TempDir(), Cache: t.TempDir()}
	writeSource(t, b, "one")
	return b, build{module: "m", pkg: ".", output: "bin/hello"}
}

func writeSource(t *testing.T, b *Builder, text string) {
	t.Helper()
	dir := filepath.Join(b.Tools, "m")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.26.0\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() { println(\""+text+"\") }\n"), 0o600))
}

func TestAProgramIsBuiltOnceAndAgainWhenItsSourceChanges(t *testing.T) {
	b, hello := newBuilder(t)
	_, _, err := b.find(t.Context(), hello)
	assert.ErrorIs(t, err, errNotBuilt)
	first, cached, err := b.ensure(t.Context(), hello)
	require.NoError(t, err)
	assert.False(t, cached)
	assert.FileExists(t, filepath.Join(first, "bin/hello"))

	again, cached, err := b.ensure(t.Context(), hello)
	require.NoError(t, err)
	assert.True(t, cached)
	assert.Equal(t, first, again)

	writeSource(t, b, "two")
	other, cached, err := b.ensure(t.Context(), hello)
	require.NoError(t, err)
	assert.False(t, cached)
	assert.NotEqual(t, first, other)
}

func TestManyAtOnceBuildOnce(t *testing.T) {
	b, hello := newBuilder(t)
	var notes []string
	var mu sync.Mutex
	b.Note = func(now string) { mu.Lock(); defer mu.Unlock(); notes = append(notes, now) }
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, _, err := b.ensure(t.Context(), hello)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.Equal(t, []string{"building hello, which takes minutes the first time"}, notes)
}

func TestABrokenSourceIsReportedAndLeavesNothing(t *testing.T) {
	b, hello := newBuilder(t)
	require.NoError(t, os.WriteFile(filepath.Join(b.Tools, "m", "main.go"), []byte("package main\n\nfunc main() { nonsense() }\n"), 0o600))
	_, _, err := b.ensure(t.Context(), hello)
	assert.ErrorContains(t, err, "undefined: nonsense")
	left, err := filepath.Glob(filepath.Join(b.Cache, "tools", "*hello*", "*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	left, err = filepath.Glob(filepath.Join(b.Cache, "tools", ".building-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// Of a module that somebody is at work on, only what goes into the build
// decides, and what it was made of long ago does not stay for ever.
func TestABuildOfSomeSources(t *testing.T) {
	b, hello := newBuilder(t)
	hello.sources = []string{"go.mod", "main.go", "data"}
	folder := filepath.Join(b.Tools, "m")
	put := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	build := func() (dir string, cached bool) {
		dir, cached, err := b.ensure(t.Context(), hello)
		require.NoError(t, err)
		return dir, cached
	}
	put("data/a.json", "{}")
	first, _ := build()
	put("README.md", "not in it")
	put("data/a_test.go", "not in it either")
	again, cached := build()
	assert.True(t, cached)
	assert.Equal(t, first, again)

	put("data/a.json", "{ }")
	second, cached := build()
	assert.False(t, cached)
	assert.NotEqual(t, first, second)
	assert.DirExists(t, first, "it was in use just now")

	old := time.Now().Add(-unused - time.Hour)
	for _, dir := range []string{first, second} {
		require.NoError(t, os.Chtimes(dir, old, old))
	}
	_, cached = build()
	assert.True(t, cached)
	put("data/a.json", "{  }")
	third, _ := build()
	assert.NoDirExists(t, first)
	assert.DirExists(t, second, "it was asked for")
	assert.DirExists(t, third)

	hello.sources = []string{"gone"}
	_, _, err := b.ensure(t.Context(), hello)
	assert.ErrorContains(t, err, "read the sources of hello: ")
}

func TestSuitablePulumi(t *testing.T) {
	for version, want := range map[string]bool{
		"v3.259.0": true, "v3.258.0": true, "3.300.1-alpha.1": true,
		"v3.257.9": false, "v4.1.0": false, "v2.300.0": false, "": false, "nonsense": false, "v3.x.0": false,
	} {
		assert.Equal(t, want, suitablePulumi(version), version)
	}
}

// installPulumi lays a command out as Pulumi's own installer does.
func installPulumi(t *testing.T, version string) (root string) {
	t.Helper()
	root = t.TempDir()
	bin := filepath.Join(root, "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "pulumi"), []byte("#!/bin/sh\necho "+version+"\n"), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return root
}

func TestAnInstalledPulumiIsUsedOnlyWhenNewEnough(t *testing.T) {
	installPulumi(t, "v3.100.0")
	_, ok := installedPulumi(t.Context())
	assert.False(t, ok)

	root := installPulumi(t, "v3.259.0")
	found, ok := installedPulumi(t.Context())
	assert.True(t, ok)
	assert.Equal(t, root, found)
}

func TestAnInstalledPluginIsUsed(t *testing.T) {
	home := t.TempDir()
	t.Setenv("PULUMI_HOME", home)
	_, ok := installedPlugin("resource-random-v4.21.2")
	assert.False(t, ok)
	dir := filepath.Join(home, "plugins", "resource-random-v4.21.2")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pulumi-resource-random"), nil, 0o755))
	found, ok := installedPlugin("resource-random-v4.21.2")
	assert.True(t, ok)
	assert.Equal(t, dir, found)
}
