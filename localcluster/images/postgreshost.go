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

// The host's programs are small scripts in the folder where PostgreSQL looks for its programs, and
// the real ones are beside it: a program finds its share and lib folders relative to the first.
const (
	hostPrograms = "usr/lib/postgresql/17/bin"
	realPrograms = "usr/lib/postgresql/17/programs"
)

const unpacking = ".unpacking-" // before the name of a folder that is not complete

// PostgresOnHost makes the server that the image of Postgres has run on the host, whatever its
// release and its own C library: for tests and benchmarks. Nothing on the host changes but the
// folder cache. The result is the folder of the programs (postgres, initdb, psql, pgbench and so
// on); all users may run them who may enter cache. It is made once for equal inputs, by one of
// the processes that ask, and is complete when it is there.
func PostgresOnHost(ctx context.Context, cache string, log io.Writer) (bin string, err error) {
	recipe := postgres{"postgres-on-host"}
	key, err := fingerprint(map[string]any{"suite": suite, "set": recipe.set(), "launcher": launcher})
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "postgres-"+key[:16])
	bin = filepath.Join(dir, hostPrograms)
	if isDir(bin) {
		return bin, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockFile(ctx, filepath.Join(cache, "postgres.lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if isDir(bin) {
		return bin, nil // another process made it while we waited
	}
	tree, _, err := recipe.set().unpack(ctx, log, recipe.image)
	if err != nil {
		return "", err
	}
	return bin, writeOnce(tree, cache, dir)
}

// launcher starts a program with the dynamic loader and the libraries that came with it, which
// would not find each other on a host with others. Programs that it runs in turn are free of them.
const launcher = `#!/bin/sh
root="${0%%/*}/../../../../.."
exec "$root/%[1]s" --library-path "$root/%[2]s" --argv0 "$0" "$root/` + realPrograms + `/${0##*/}" "$@"
`

// launcherOf fills in where the packages have their loader and, beside it, their libraries.
func launcherOf(tree *rootfs.Tree) (script string, err error) {
	server, found := tree.Get(hostPrograms + "/postgres")
	if !found {
		return "", errors.New("the packages hold no " + hostPrograms + "/postgres")
	}
	loader, err := rootfs.Dynamic(server.Data)
	if err != nil {
		return "", err
	}
	if loader, err = tree.Resolve(loader); err != nil {
		return "", err
	}
	return fmt.Sprintf(launcher, loader, path.Dir(loader)), nil
}

// writeOnce writes beside the final place and moves, so that what is there is complete.
func writeOnce(tree *rootfs.Tree, cache, dir string) error {
	script, err := launcherOf(tree)
	if err != nil {
		return fmt.Errorf("preparing PostgreSQL's programs for the host: %w", err)
	}
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
		if program, is := strings.CutPrefix(name, hostPrograms+"/"); is {
			faults = append(faults, writeEntry(filepath.Join(scratch, realPrograms, program), entry))
			entry.Data = []byte(script)
		}
		if err := errors.Join(append(faults, writeEntry(filepath.Join(scratch, name), entry))...); err != nil {
			return fmt.Errorf("unpacking PostgreSQL: %w", err)
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
