package e2e

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// visitor is the user id that stands for an ordinary user when root runs the
// tests. Nobody has it; a user without an entry in /etc/passwd will do.
const visitor = 54321

// asOrdinaryUser returns the operator's program in the hands of a user without
// rights and with a home of their own: whoever runs the tests, unless that is
// root.
func asOrdinaryUser(t *testing.T, project string) operator {
	t.Helper()
	home := filepath.Join(suite.dir, "home")
	o := operator{project: project, state: filepath.Join(suite.dir, "simulated")}
	if os.Geteuid() != 0 {
		return o
	}
	o.user = &syscall.Credential{Uid: visitor, Gid: visitor}
	cache := filepath.Join(home, "cache")
	for _, dir := range []string{home, filepath.Join(home, "tmp"), filepath.Join(cache, "tools"), o.state} {
		require.NoError(t, os.MkdirAll(dir, 0o755))
	}
	lendTools(t, filepath.Join(cache, "tools"))
	require.NoError(t, filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() { // files are root's: some are links to root's own
			err = os.Chown(path, visitor, visitor)
		}
		return err
	}))
	require.NoError(t, os.Chown(o.state, visitor, visitor))
	o.env = []string{
		"HOME=" + home, "USER=visitor", "LOGNAME=visitor", "TMPDIR=" + filepath.Join(home, "tmp"),
		"XDG_CACHE_HOME=", "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "TRIPSAGE_CACHE_DIR=" + cache,
		"GOPATH=" + filepath.Join(home, "go"), "GOMODCACHE=" + filepath.Join(home, "go", "pkg", "mod"),
		"GOCACHE=" + filepath.Join(home, "go-build"), "GOPROXY=" + serveModules(t),
	}
	return o
}

// lendTools links the programs that are built already into the user's cache,
// where they are still found by content.
func lendTools(t *testing.T, target string) {
	t.Helper()
	source := cacheFolder(t, "tools")
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(source, path) // path is below
		switch {
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."): // a build under way
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(target, relative), 0o755)
		case filepath.Ext(path) == ".lock":
			return nil
		}
		err = os.Link(path, filepath.Join(target, relative))
		if errors.Is(err, syscall.EXDEV) { // another file system
			err = exec.Command("cp", path, filepath.Join(target, relative)).Run()
		}
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) { // nothing was built yet
		require.NoError(t, err)
	}
}

// cacheFolder is a folder of the cache that whoever runs the tests has.
func cacheFolder(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("TRIPSAGE_CACHE_DIR"); dir != "" {
		return filepath.Join(dir, name)
	}
	base, err := os.UserCacheDir()
	require.NoError(t, err)
	return filepath.Join(base, "tripsage", name)
}

// serveModules hands out the downloaded modules of whoever runs the tests:
// root's own are closed to other users. What is missing comes from where it
// always does.
func serveModules(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	require.NoError(t, err)
	cache, upstream, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{
		Handler:           http.FileServer(http.Dir(filepath.Join(cache, "cache", "download"))),
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String() + "," + upstream
}
