package images

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// GoProgram is the recipe of an image that holds one Go program, built static
// and reproducibly.
type GoProgram struct {
	// Image is the image's name.
	Image string
	// Description is one sentence for the image's labels.
	Description string
	// Module is the folder of the Go module on the host.
	Module string
	// Package is the main package, such as "./cmd/api".
	Package string
	// Variables are string variables set by the linker: import path and name
	// ("main.version") to value.
	Variables map[string]string
	// Path, Arch and Container are as in Binary.
	Path      string
	Arch      string
	Container Container
}

// Name gives the image's name.
func (g GoProgram) Name() string { return g.Image }

// Inputs covers the Go files (and embedded ones) of the program and of all
// that it imports, the versions of its modules, and the Go toolchain.
func (g GoProgram) Inputs(ctx context.Context) (string, error) {
	sources, err := g.sources(ctx)
	if err != nil {
		return "", err
	}
	g.Module = "" // its place does not matter, its content does
	return fingerprint(map[string]any{"recipe": g, "sources": sources})
}

// Build compiles the program and makes the image.
func (g GoProgram) Build(ctx context.Context, log io.Writer) (v1.Image, error) {
	dir, err := os.MkdirTemp("", "tripsage-image-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the program: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "program")
	if err := g.compile(ctx, log, file); err != nil {
		return nil, err
	}
	return g.binary(file).Build(ctx, log)
}

func (g GoProgram) binary(file string) Binary {
	return Binary{Image: g.Image, Description: g.Description, File: file, Path: g.Path, Arch: g.Arch, Container: g.Container}
}

func (g GoProgram) compile(ctx context.Context, log io.Writer, out string) error {
	start := time.Now()
	_, _ = fmt.Fprintf(log, "%s: compiling %s for %s\n", g.Image, g.Package, archOr(g.Arch))
	if _, err := g.run(ctx, g.Arguments(out)...); err != nil {
		return fmt.Errorf("compiling %s: %w", g.Package, err)
	}
	_, _ = fmt.Fprintf(log, "%s: compiled in %s\n", g.Image, time.Since(start).Round(time.Millisecond))
	return nil
}

// Arguments are those of the go command that compiles the program to the file
// out. With Environment they decide every byte of it.
func (g GoProgram) Arguments(out string) []string {
	flags := []string{"-s", "-w", "-buildid="}
	for _, name := range slices.Sorted(maps.Keys(g.Variables)) {
		flags = append(flags, fmt.Sprintf("-X '%s=%s'", name, g.Variables[name]))
	}
	return []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", strings.Join(flags, " "), "-o", out, g.Package}
}
