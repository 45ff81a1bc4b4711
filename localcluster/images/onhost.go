package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tripsage/infrastructure/localcluster/images/rootfs"
)

// onHost are programs of Debian packages for the host, whatever its release and
// its own C library.
type onHost struct {
	// name is of the folder in the cache.
	name string
	set  packageSet
	// bin is the folder of the programs in the packages, below usr. On the host
	// there are small scripts in it, and the real programs are beside it: some
	// find their share and lib folders relative to the first.
	bin string
	// main is one of the programs.
	main string
	// links are further names of programs.
	links map[string]string
}

// programs gives the folder of the programs, which all users may run who may
// enter cache. Nothing on the host changes but the folder cache. It is made once
// for equal inputs, by one of the processes that ask, and is complete when it is
// there.
func (h onHost) programs(ctx context.Context, cache string, log io.Writer) (bin string, err error) {
	key, err := fingerprint(map[string]any{"suite": suite, "set": h.set, "launcher": launcher, "links": h.links})
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, h.name+"-"+key[:16])
	bin = filepath.Join(dir, h.bin)
	if isDir(bin) {
		return bin, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockFile(ctx, filepath.Join(cache, h.name+".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if isDir(bin) {
		return bin, nil // another process made it while we waited
	}
	tree, _, err := h.set.unpack(ctx, log, h.name+"-on-host")
	if err != nil {
		return "", err
	}
	for link, program := range h.links {
		if err := tree.Symlink(h.bin+"/"+link, program); err != nil {
			return "", err
		}
	}
	return bin, h.writeOnce(tree, cache, dir)
}

// launcher starts a program with the dynamic loader and the libraries that came with it, which
// would not find each other on a host with others. Programs that it runs in turn are free of them.
const launcher = `#!/bin/sh
root="${0%%/*}%[3]s"
exec "$root/%[1]s" --library-path "$root/%[2]s" --argv0 "$0" "$root/%[4]s/${0##*/}" "$@"
`

// real is where the real programs go.
func (h onHost) real() string { return path.Dir(h.bin) + "/programs" }

// launcherOf fills in where the packages have their loader and, beside it, their libraries.
func (h onHost) launcherOf(tree *rootfs.Tree) (script string, err error) {
	program, found := tree.Get(h.bin + "/" + h.main)
	if !found {
		return "", fmt.Errorf("the packages hold no %s/%s", h.bin, h.main)
	}
	loader, err := rootfs.Dynamic(program.Data)
	if err != nil {
		return "", err
	}
	if loader, err = tree.Resolve(loader); err != nil {
		return "", err
	}
	up := strings.Repeat("/..", 1+strings.Count(h.bin, "/"))
	return fmt.Sprintf(launcher, loader, path.Dir(loader), up, h.real()), nil
}

// writeOnce writes beside the final place and moves, so that what is there is complete.
func (h onHost) writeOnce(tree *rootfs.Tree, cache, dir string) error {
	script, err := h.launcherOf(tree)
	if err != nil {
		return fmt.Errorf("preparing the programs of %s for the host: %w", h.name, err)
	}
	unpacking := "." + h.name + "-unpacking-"                     // a folder that is not complete
	left, _ := filepath.Glob(filepath.Join(cache, unpacking+"*")) // the pattern is fine
	for _, dir := range left {
		_ = os.RemoveAll(dir) // of runs that were killed: we hold the lock
	}
	scratch, err := os.MkdirTemp(cache, unpacking)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	for _, name := range tree.Paths() {
		entry, _ := tree.Get(name)
		if !strings.HasPrefix(name, "usr/") {
			continue
		}
		var faults []error
		if program, is := strings.CutPrefix(name, h.bin+"/"); is {
			faults = append(faults, writeEntry(filepath.Join(scratch, h.real(), program), entry))
			entry.Data = []byte(script)
		}
		if err := errors.Join(append(faults, writeEntry(filepath.Join(scratch, name), entry))...); err != nil {
			return fmt.Errorf("unpacking %s: %w", h.name, err)
		}
	}
	if err := os.Chmod(scratch, 0o755); err != nil {
		return err
	}
	return os.Rename(scratch, dir)
}

func writeEntry(target string, entry rootfs.Entry) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	switch entry.Mode.Type() {
	case fs.ModeDir:
		return os.MkdirAll(target, 0o755)
	case fs.ModeSymlink:
		return os.Symlink(entry.Link, target)
	}
	return os.WriteFile(target, entry.Data, entry.Mode.Perm())
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
