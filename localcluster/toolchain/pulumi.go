package toolchain

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	pulumiVersion     = "3.259.0"
	kubernetesVersion = "4.25.0"
	randomVersion     = "4.21.2"
	// minPulumiMinor is the first 3.x release with stack policies in Go.
	minPulumiMinor = 258
)

// Engine is a Pulumi command and the plugins that our program needs.
type Engine struct {
	Root    string            // folder whose bin/pulumi is the command
	Plugins map[string]string // "resource-kubernetes-v4.25.0" -> folder of the plugin
	Cached  bool              // nothing had to be built
}

// Pulumi returns an engine, made of what is installed where that is suitable
// and of what tools/ builds where it is not.
func (b *Builder) Pulumi(ctx context.Context) (Engine, error) {
	return b.assemble(ctx, b.ensure)
}

// BuiltPulumi returns the engine that Pulumi has returned before, and false
// when a part of it would have to be built first.
func (b *Builder) BuiltPulumi(ctx context.Context) (Engine, bool) {
	engine, err := b.assemble(ctx, b.find)
	return engine, err == nil
}

// assemble takes each part from the machine, or else from get.
func (b *Builder) assemble(ctx context.Context, get func(context.Context, build) (string, bool, error)) (Engine, error) {
	engine := Engine{Plugins: map[string]string{}, Cached: true}
	root, ok := installedPulumi(ctx)
	if !ok {
		var err error
		if root, engine.Cached, err = get(ctx, pulumiBuild()); err != nil {
			return engine, err
		}
	}
	engine.Root = root
	for plugin, how := range pluginBuilds() {
		if dir, ok := installedPlugin(plugin); ok {
			engine.Plugins[plugin] = dir
			continue
		}
		dir, cached, err := get(ctx, how)
		if err != nil {
			return engine, err
		}
		engine.Plugins[plugin] = dir
		engine.Cached = engine.Cached && cached
	}
	return engine, nil
}

func pulumiBuild() build {
	return build{
		module: "engine", pkg: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", output: "bin/pulumi",
		ldflags: "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v" + pulumiVersion,
	}
}

func pluginBuilds() map[string]build {
	const provider = "github.com/pulumi/pulumi-kubernetes/provider/v4"
	return map[string]build{
		"resource-kubernetes-v" + kubernetesVersion: {
			module: "kube", pkg: "./cmd/pulumi-resource-kubernetes", output: "pulumi-resource-kubernetes",
			extra: map[string]string{"schema.json": provider + ":cmd/pulumi-resource-kubernetes/schema.json"},
		},
		"resource-random-v" + randomVersion: {
			module: "engine", pkg: "./cmd/pulumi-resource-random", output: "pulumi-resource-random",
		},
	}
}

// installedPulumi finds a command on PATH that is new enough. Its folder must
// be called bin, which is how Pulumi's own installers lay it out.
func installedPulumi(ctx context.Context) (root string, ok bool) {
	path, err := exec.LookPath("pulumi")
	if err != nil {
		return "", false
	}
	if path, err = filepath.EvalSymlinks(path); err != nil || filepath.Base(filepath.Dir(path)) != "bin" {
		return "", false
	}
	out, err := exec.CommandContext(ctx, path, "version").Output()
	if err != nil || !suitablePulumi(strings.TrimSpace(string(out))) {
		return "", false
	}
	return filepath.Dir(filepath.Dir(path)), true
}

func suitablePulumi(version string) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 3 || parts[0] != "3" {
		return false
	}
	minor, err := strconv.Atoi(parts[1])
	return err == nil && minor >= minPulumiMinor
}

// installedPlugin finds a plugin of an ordinary Pulumi installation.
func installedPlugin(name string) (dir string, ok bool) {
	home := os.Getenv("PULUMI_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", false
		}
		home = filepath.Join(user, ".pulumi")
	}
	kind, _, _ := strings.Cut(strings.TrimPrefix(name, "resource-"), "-v")
	dir = filepath.Join(home, "plugins", name)
	return dir, exists(filepath.Join(dir, "pulumi-resource-"+kind))
}
