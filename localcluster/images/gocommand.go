package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Environment is what the go command is told besides its arguments: a static
// Linux program, and nothing of what this machine may have set for itself.
func (g GoProgram) Environment() []string {
	return []string{
		"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + archOr(g.Arch), "GOAMD64=v1", "GOARM64=v8.0",
		"GOEXPERIMENT=", "GOFIPS140=off", "GOFLAGS=-mod=readonly", "GOWORK=off",
	}
}

// run runs the go command in the module and gives its standard output. Each Go
// release compiles a little differently, so a module that names its toolchain
// gets exactly that one; the go command fetches it where another is installed.
func (g GoProgram) run(ctx context.Context, args ...string) ([]byte, error) {
	env := append(os.Environ(), g.Environment()...)
	described, err := runGo(ctx, g.Module, env, "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var module struct{ Toolchain string }
	if err := json.Unmarshal(described, &module); err != nil {
		return nil, fmt.Errorf("reading the go.mod of %s: %w", g.Module, err)
	}
	if module.Toolchain != "" {
		env = append(env, "GOTOOLCHAIN="+module.Toolchain)
	}
	return runGo(ctx, g.Module, env, args...)
}

func runGo(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are ours
	cmd.Dir, cmd.Env, cmd.Stderr = dir, env, &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fmt.Errorf("the go command is needed to build images (https://go.dev/doc/install): %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}

// archOr gives the architecture, or this machine's.
func archOr(arch string) string {
	if arch == "" {
		return runtime.GOARCH
	}
	return arch
}
