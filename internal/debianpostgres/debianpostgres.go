// Package debianpostgres gives tests and benchmarks the PostgreSQL with pgvector that the local
// stack runs, as programs on the host. Debian's current packages are used whatever release the
// host has: pgvector of the one before has no HNSW indexes.
package debianpostgres

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// systemCache is for root, whose home is closed to the user that servers run as: PostgreSQL
// refuses to run as root.
const systemCache = "/var/cache/tripsage"

// Programs returns the folder with postgres, initdb, psql, pg_dump, pgbench, pg_isready and so on.
// The first call on a machine downloads about 30 MB, and tells progress so; later ones take no
// time. It needs apt-get and dpkg-deb, and neither root nor an installed PostgreSQL.
func Programs(ctx context.Context, progress io.Writer) (binDir string, err error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return "", err
	}
	if os.Geteuid() == 0 && !open(cache) {
		cache = systemCache
	}
	bin, err := images.PostgresOnHost(ctx, filepath.Join(cache, "tools"), progress)
	if err != nil {
		return "", fmt.Errorf("getting PostgreSQL for tests: %w", err)
	}
	return bin, nil
}

// open says whether every user may enter the folder and those above it, as far as they exist.
func open(dir string) bool {
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o001 == 0 {
			return false
		}
	}
	return true
}
