package images_test

import (
	"bytes"
	"context"
	"debug/elf"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// writeModule makes a small Go module with an embedded file and a dependency
// between its packages.
func writeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for file, text := range map[string]string{
		"go.mod":           "module example.com/m\n\ngo 1.24\n",
		"cmd/app/main.go":  "package main\n\nimport (\n\t_ \"embed\"\n\t\"example.com/m/lib\"\n)\n\n//go:embed data.txt\nvar data string\n\nvar version string\n\nfunc main() { println(data, version, lib.Name) }\n",
		"cmd/app/data.txt": "data",
		"lib/lib.go":       "package lib\n\nconst Name = \"lib\"\n",
		"other/other.go":   "package other\n",
	} {
		full := filepath.Join(dir, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
	}
	return dir
}

func app(module string) images.GoProgram {
	return images.GoProgram{Image: "app", Description: "A test", Module: module, Package: "./cmd/app", Path: "/app",
		Variables: map[string]string{"main.version": "v1 with space"}, Container: images.Container{Ports: []string{"8000/tcp"}}}
}

func inputs(t *testing.T, r images.Recipe) string {
	t.Helper()
	got, err := r.Inputs(context.Background())
	require.NoError(t, err)
	return got
}

func build(t *testing.T, r images.Recipe) v1.Image {
	t.Helper()
	img, err := r.Build(context.Background(), io.Discard)
	require.NoError(t, err)
	return img
}

func TestGoProgramIsReproducible(t *testing.T) {
	one, two := app(writeModule(t)), app(writeModule(t))
	assert.Equal(t, inputs(t, one), inputs(t, two), "the folder does not matter")
	first, err := build(t, one).Digest()
	require.NoError(t, err)
	second, err := build(t, two).Digest()
	require.NoError(t, err)
	assert.Equal(t, first, second)
}

func TestGoProgramInputs(t *testing.T) {
	module := writeModule(t)
	before := inputs(t, app(module))
	change := func(file, text string) string {
		full := filepath.Join(module, file)
		old, err := os.ReadFile(full)
		if err == nil {
			defer func() { require.NoError(t, os.WriteFile(full, old, 0o644)) }()
		} else {
			defer func() { require.NoError(t, os.Remove(full)) }()
		}
		require.NoError(t, os.WriteFile(full, append(old, text...), 0o644))
		return inputs(t, app(module))
	}
	assert.NotEqual(t, before, change("cmd/app/main.go", "// changed\n"))
	assert.NotEqual(t, before, change("cmd/app/data.txt", "!"))
	assert.NotEqual(t, before, change("lib/lib.go", "// changed\n"))
	assert.NotEqual(t, before, change("go.mod", "\ngodebug default=go1.22\n"))
	assert.NotEqual(t, before, change("cmd/app/more.go", "package main\n"))
	assert.Equal(t, before, change("other/other.go", "// changed\n"), "a package that it does not import")
	assert.Equal(t, before, change("cmd/app/main_test.go", "package main\n"))
	assert.Equal(t, before, change("README.md", "hello"))
	assert.Equal(t, before, inputs(t, app(module)))

	other := app(module)
	other.Variables = map[string]string{"main.version": "v2"}
	assert.NotEqual(t, before, inputs(t, other))
}

func TestGoProgramImage(t *testing.T) {
	recipe := app(writeModule(t))
	img := build(t, recipe)

	cfg, err := img.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, []string{"/app"}, cfg.Config.Entrypoint)
	assert.Equal(t, "65532:65532", cfg.Config.User)
	assert.Equal(t, map[string]struct{}{"8000/tcp": {}}, cfg.Config.ExposedPorts)
	assert.Equal(t, "A test", cfg.Config.Labels["org.opencontainers.image.description"])
	assert.True(t, cfg.Created.Equal(rootfs.Epoch()))
	manifest, err := img.Manifest()
	require.NoError(t, err)
	assert.Equal(t, types.OCIManifestSchema1, manifest.MediaType)
	assert.Equal(t, "app", manifest.Annotations["org.opencontainers.image.title"])
	assert.Len(t, manifest.Layers, 1)

	tree := contents(t, img)
	assert.Equal(t, []string{"app"}, tree.Paths())
	program, _ := tree.Get("app")
	assert.Contains(t, string(program.Data), "v1 with space")
	assert.Contains(t, inspect(t, program.Data), "static")

	store := newStore(t)
	requirePullable(t, store, ensure(t, store, recipe))
}

func TestGoProgramForAnotherMachine(t *testing.T) {
	module := writeModule(t)
	created := time.Date(2026, 5, 8, 10, 0, 0, 0, time.FixedZone("", 3600))
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		recipe := app(module)
		recipe.Arch, recipe.Container.Created = arch, created
		img := build(t, recipe)
		cfg, err := img.ConfigFile()
		require.NoError(t, err)
		assert.Equal(t, arch, cfg.Architecture)
		assert.True(t, cfg.Created.Equal(created))
		program, _ := contents(t, img).Get("app")
		file, err := elf.NewFile(bytes.NewReader(program.Data))
		require.NoError(t, err)
		assert.Equal(t, machine, file.Machine)
	}
	arm := app(module)
	arm.Arch = "arm64"
	assert.NotEqual(t, inputs(t, app(module)), inputs(t, arm))
}

// What a machine has set for its own builds must not change the image.
func TestGoProgramIgnoresTheMachinesSettings(t *testing.T) {
	module := writeModule(t)
	before, err := build(t, app(module)).Digest()
	require.NoError(t, err)
	for name, value := range map[string]string{"GOFLAGS": "-tags=other -ldflags=-w", "GOAMD64": "v3", "GOARM64": "v9.0", "CGO_ENABLED": "1", "GOEXPERIMENT": "nogreenteagc"} {
		t.Setenv(name, value)
	}
	after, err := build(t, app(module)).Digest()
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestGoProgramIsMadeByTheToolchainOfItsModule(t *testing.T) {
	module := writeModule(t)
	mod := filepath.Join(module, "go.mod")
	require.NoError(t, os.WriteFile(mod, []byte("module example.com/m\n\ngo 1.24\n\ntoolchain go1.99.7\n"), 0o600))
	t.Setenv("GOPROXY", "off") // so that it cannot be fetched
	_, err := app(module).Build(context.Background(), io.Discard)
	assert.ErrorContains(t, err, "go1.99.7")
}

func inspect(t *testing.T, program []byte) string {
	t.Helper()
	loader, err := rootfs.Dynamic(program)
	require.NoError(t, err)
	if loader == "" {
		return "static"
	}
	return loader
}

// contents is the file system that a container would see.
func contents(t *testing.T, img v1.Image) *rootfs.Tree {
	t.Helper()
	r := mutate.Extract(img)
	defer func() { require.NoError(t, r.Close()) }()
	var tree rootfs.Tree
	require.NoError(t, tree.Extract(r, func(p string) (string, bool) { return p, true }))
	return &tree
}

func TestGoProgramShowsTheCompilersMessage(t *testing.T) {
	module := writeModule(t)
	require.NoError(t, os.WriteFile(filepath.Join(module, "lib/lib.go"), []byte("package lib\n\nconst Name int = \"no\"\n"), 0o600))
	_, err := app(module).Build(context.Background(), io.Discard)
	assert.ErrorContains(t, err, "compiling ./cmd/app")
	assert.ErrorContains(t, err, "lib/lib.go:3")
}

func TestBinaryRefusesWhatCannotRunOnAnEmptyBase(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o600))
	_, err := images.Binary{Image: "x", File: script, Path: "/x"}.Build(context.Background(), io.Discard)
	assert.ErrorContains(t, err, "not a Linux (ELF) program")

	data, err := os.ReadFile("/bin/sh")
	require.NoError(t, err)
	if loader, err := rootfs.Dynamic(data); err == nil && loader != "" {
		_, err = images.Binary{Image: "x", File: "/bin/sh", Path: "/x"}.Build(context.Background(), io.Discard)
		assert.ErrorContains(t, err, "CGO_ENABLED=0")
	}
}

func TestPlaceholderSaysThatItIsOne(t *testing.T) {
	img := build(t, images.Placeholder("api"))
	cfg, err := img.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, "true", cfg.Config.Labels["org.tripsage.image.placeholder"])
	layers, err := img.Layers()
	require.NoError(t, err)
	assert.Empty(t, layers)
	assert.NotEqual(t, inputs(t, images.Placeholder("api")), inputs(t, images.Placeholder("postgres")))
}

func TestHelperProgramsOfThisRepository(t *testing.T) {
	module, err := filepath.Abs("../..")
	require.NoError(t, err)
	pause := images.GoProgram{Image: "pause", Module: module, Package: "./localcluster/images/pause", Path: "/pause"}
	assert.Equal(t, []string{"pause"}, contents(t, build(t, pause)).Paths())
	assert.Len(t, inputs(t, images.Dragonfly{Image: "dragonfly", Module: module}), 64)
	for _, recipe := range []func(string) images.Recipe{images.Postgres, images.Prometheus, images.Alertmanager, images.PostgresExporter} {
		assert.Len(t, inputs(t, recipe("name")), 64)
	}
}
