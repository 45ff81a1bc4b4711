package images

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const labelStandIn = "org.tripsage.image.stands-in-for"

// Dragonfly is the recipe of the local cache image. DragonflyDB has no Debian
// package, so this is Valkey behind a small program that takes Dragonfly's
// flags and serves Dragonfly's metrics; its labels and its first log line say
// so. It runs as 999:999 with a read-only root file system and /data writable.
type Dragonfly struct {
	// Image is the image's name.
	Image string
	// Module is the folder of this repository's Go module.
	Module string
}

const (
	dragonflyProgram = "/usr/local/bin/dragonfly"
	dragonflyData    = "/data"
)

// Name gives the image's name.
func (d Dragonfly) Name() string { return d.Image }

// Inputs covers the packages, the configuration and the program's sources.
func (d Dragonfly) Inputs(ctx context.Context) (string, error) {
	program, err := d.program().Inputs(ctx)
	if err != nil {
		return "", err
	}
	return fingerprint(map[string]any{"suite": suite, "set": d.set(), "container": d.container(), "program": program})
}

// Build makes the image.
func (d Dragonfly) Build(ctx context.Context, log io.Writer) (v1.Image, error) {
	dir, err := os.MkdirTemp("", "tripsage-image-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the program: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "program")
	if err := d.program().compile(ctx, log, file); err != nil {
		return nil, err
	}
	program, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	tree, versions, err := d.set().unpack(ctx, log, d.Image)
	if err != nil {
		return nil, err
	}
	if err := tree.File(dragonflyProgram, 0o755, program); err != nil {
		return nil, err
	}
	if err := tree.Dir(dragonflyData, 0o700, serviceID, serviceID); err != nil {
		return nil, err
	}
	c := d.container()
	c.Labels[labelPackages] = packagesLabel(versions)
	return assemble(c, tree)
}

func (d Dragonfly) program() GoProgram {
	return GoProgram{Image: d.Image, Module: d.Module, Package: "./localcluster/images/dragonflyshim"}
}

func (d Dragonfly) container() Container {
	return Container{
		Entrypoint: []string{dragonflyProgram},
		User:       fmt.Sprintf("%d:%d", serviceID, serviceID),
		Env:        []string{"PATH=/usr/local/bin:/usr/bin"},
		WorkingDir: dragonflyData,
		Ports:      []string{"6379/tcp", "9999/tcp"},
		Labels:     map[string]string{labelStandIn: "DragonflyDB; the server is Valkey, for the local cluster only"},
	}.describe(d.Image, "Valkey standing in for DragonflyDB on the local cluster")
}

func (d Dragonfly) set() packageSet {
	return packageSet{
		Account: "dfly", Home: dragonflyData,
		Packages: []string{
			// valkey-server is a link to a program of valkey-tools
			"valkey-server", "valkey-tools",
			"libc6", "libgcc-s1", "libstdc++6", "libatomic1", "libcap2", "libjemalloc2", "liblzf1",
			"libssl3t64", "libsystemd0", "libzstd1", "zlib1g",
		},
		Drop: []string{"usr/bin/valkey-benchmark", "usr/bin/valkey-check-aof", "usr/bin/valkey-cli"},
	}
}
