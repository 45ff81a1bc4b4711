package toolchain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// build describes one program made from a module under tools/.
type build struct {
	module  string // folder under tools/
	pkg     string // package to build, relative to the module or an import path
	output  string // path of the program inside its cache folder
	ldflags string
	// sources are the files and folders of the module that the build is made
	// of; all of it when empty. Somebody is at work on what is listed here, so
	// old builds are removed.
	sources []string
	extra   map[string]string // further files: path in the cache folder -> file of a module, "module:path"
}

// Builder builds programs into Cache.
type Builder struct {
	Tools string           // the repository's tools folder
	Cache string           // as from CacheDir
	Note  func(now string) // told what is being built; may be nil
}

// CacheDir is shared by all checkouts of a user. It holds what was built and
// can be deleted at any time.
func CacheDir() (string, error) {
	if dir := os.Getenv("TRIPSAGE_CACHE_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder (%w): name one in TRIPSAGE_CACHE_DIR", err)
	}
	return filepath.Join(base, "tripsage"), nil
}

// ensure returns the folder that holds the finished build, and whether it was
// there already. Two processes may call it at the same time.
func (b *Builder) ensure(ctx context.Context, what build) (dir string, cached bool, err error) {
	dir, cached, err = b.find(ctx, what)
	if !errors.Is(err, errNotBuilt) {
		b.mark(what, dir)
		return dir, cached, err
	}
	name := filepath.Base(what.output)
	unlock, err := lock(ctx, filepath.Join(b.dir(), name+".lock"))
	if err != nil {
		return "", false, err
	}
	defer unlock()
	if exists(filepath.Join(dir, what.output)) {
		return dir, true, nil // another process built it while we waited
	}
	if b.Note != nil {
		b.Note("building " + name + ", which takes minutes the first time")
	}
	if err := b.make(ctx, what, dir); err != nil {
		return "", false, err
	}
	b.removeOld(what, dir)
	return dir, false, nil
}

// mark keeps a build that is in use from being taken for an old one. That it
// fails in a cache that belongs to somebody else does not matter.
func (b *Builder) mark(what build, dir string) {
	if len(what.sources) > 0 {
		now := time.Now()
		_ = os.Chtimes(dir, now, now)
	}
}

// unused is how long nobody has asked for a build that is removed.
const unused = 7 * 24 * time.Hour

// removeOld removes builds of former sources. What cannot be removed is tried
// again after the next build.
func (b *Builder) removeOld(what build, current string) {
	if len(what.sources) == 0 {
		return
	}
	others, _ := filepath.Glob(filepath.Join(b.dir(), filepath.Base(what.output)+"-*")) // the pattern is well formed
	for _, dir := range others {
		if info, err := os.Stat(dir); err == nil && dir != current && time.Since(info.ModTime()) > unused {
			_ = os.RemoveAll(dir)
		}
	}
}

func (b *Builder) dir() string { return filepath.Join(b.Cache, "tools") }

var errNotBuilt = errors.New("not built yet")

// find returns the folder of a build: of a finished one, or with errNotBuilt.
func (b *Builder) find(_ context.Context, what build) (dir string, cached bool, err error) {
	key, err := b.key(what)
	if err != nil {
		return "", false, err
	}
	dir = filepath.Join(b.dir(), filepath.Base(what.output)+"-"+key[:16])
	if !exists(filepath.Join(dir, what.output)) {
		return dir, false, fmt.Errorf("%s: %w", what.output, errNotBuilt)
	}
	return dir, true, nil
}

// make builds into a scratch folder and renames it, so that a build that was
// interrupted is never taken for a finished one.
func (b *Builder) make(ctx context.Context, what build, dir string) error {
	scratch, err := os.MkdirTemp(b.dir(), ".building-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	module := filepath.Join(b.Tools, what.module)
	if err := b.run(ctx, module, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w "+what.ldflags,
		"-o", filepath.Join(scratch, what.output), what.pkg); err != nil {
		return err
	}
	for target, source := range what.extra {
		if err := b.copyFromModule(ctx, module, source, filepath.Join(scratch, target)); err != nil {
			return err
		}
	}
	if err := os.Chmod(scratch, 0o755); err != nil {
		return err
	}
	return os.Rename(scratch, dir)
}

func (b *Builder) run(ctx context.Context, module string, args ...string) error {
	var output bytes.Buffer
	cmd := goCommand(ctx, module, args...)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s in %s: %w\n%s", strings.Join(args, " "), module, err, tail(output.String(), 4000))
	}
	return nil
}

// goCommand runs the Go command as a fresh machine would: static programs, no
// workspace, and no flags that the user has set for other work.
func goCommand(ctx context.Context, module string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	return cmd
}

func (b *Builder) copyFromModule(ctx context.Context, module, source, target string) error {
	name, path, _ := strings.Cut(source, ":")
	out, err := goCommand(ctx, module, "list", "-m", "-f", "{{.Dir}}", name).Output()
	if err != nil {
		return fmt.Errorf("find module %s: %w", name, err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), path))
	if err != nil {
		return err
	}
	return os.WriteFile(target, data, 0o644)
}

// key is a digest of everything that decides the outcome of a build.
func (b *Builder) key(what build) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, what.pkg, what.ldflags)
	module := filepath.Join(b.Tools, what.module)
	sources := what.sources
	if len(sources) == 0 {
		sources = []string{"."}
	}
	for _, source := range sources {
		if err := digest(sum, module, source, len(what.sources) > 0); err != nil {
			return "", fmt.Errorf("read the sources of %s: %w", filepath.Base(what.output), err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// digest adds a file of a module, or all files of a folder, by name and content.
func digest(sum io.Writer, module, source string, skipTests bool) error {
	return filepath.WalkDir(filepath.Join(module, source), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || skipTests && strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		relative, _ := filepath.Rel(module, path)
		fmt.Fprintln(sum, relative)
		_, err = io.Copy(sum, file)
		return err
	})
}

// lock takes an exclusive lock on a file; the kernel drops it if we die.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	taken := make(chan error, 1)
	go func() { taken <- syscall.Flock(int(file.Fd()), syscall.LOCK_EX) }()
	select {
	case err := <-taken:
		return func() { _ = file.Close() }, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func tail(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return "…" + text[len(text)-most:]
}
