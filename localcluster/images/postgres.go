package images

import (
	"context"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	postgresPrograms = "/usr/lib/postgresql/17/bin"
	postgresHome     = "/var/lib/postgresql"
)

type postgres struct{ image string }

// Postgres is the recipe of PostgreSQL 17 with pgvector from Debian packages,
// plus bash and coreutils for start scripts. It runs as 999:999 with a
// read-only root file system; writable must be /var/lib/postgresql/data,
// /var/run/postgresql and /tmp. There is no just-in-time compiler in it:
// LLVM would triple its size, and PostgreSQL does without when it is missing.
func Postgres(name string) Recipe { return postgres{name} }

func (p postgres) Name() string { return p.image }

func (p postgres) Inputs(context.Context) (string, error) {
	return fingerprint(map[string]any{"suite": suite, "set": p.set(), "container": p.container()})
}

func (p postgres) Build(ctx context.Context, log io.Writer) (v1.Image, error) {
	tree, versions, err := p.set().unpack(ctx, log, p.image)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{postgresHome, postgresHome + "/data", "/run/postgresql"} {
		if err := tree.Dir(dir, 0o700, serviceID, serviceID); err != nil {
			return nil, err
		}
	}
	// zoneinfo/localtime is a link to it, and listing time zones reads them all.
	if err := tree.Symlink("etc/localtime", "/usr/share/zoneinfo/Etc/UTC"); err != nil {
		return nil, err
	}
	c := p.container()
	c.Labels[labelPackages] = packagesLabel(versions)
	img, err := assemble(c, tree)
	if err != nil {
		return nil, fmt.Errorf("assembling the image: %w", err)
	}
	return img, nil
}

func (p postgres) container() Container {
	return Container{
		Entrypoint: []string{postgresPrograms + "/postgres"},
		User:       fmt.Sprintf("%d:%d", serviceID, serviceID),
		Env: []string{
			"PATH=" + postgresPrograms + ":/usr/bin",
			"LANG=C.UTF-8",
			"PGDATA=" + postgresHome + "/data/pgdata",
		},
		WorkingDir: "/",
		Ports:      []string{"5432/tcp"},
	}.describe(p.image, "PostgreSQL 17 with pgvector, from Debian "+suite+" packages")
}

func (p postgres) set() packageSet {
	return packageSet{
		Account: "postgres", Home: postgresHome,
		Packages: []string{
			"postgresql-17", "postgresql-client-17", "postgresql-17-pgvector", "tzdata",
			// start scripts: initdb runs programs through sh as well
			"bash", "dash", "coreutils", "sed", "grep",
			// the C library; libc-bin has the C.UTF-8 locale
			"libc6", "libc-bin", "libgcc-s1", "libstdc++6",
			// what the above link with
			"libacl1", "libattr1", "libaudit1", "libcap-ng0", "libcap2", "libcom-err2", "libgmp10",
			"libgssapi-krb5-2", "libicu76", "libk5crypto3", "libkeyutils1", "libkrb5-3",
			"libkrb5support0", "libldap2", "liblz4-1", "liblzma5", "libpam0g", "libpcre2-8-0", "libpq5",
			"libreadline8t64", "libsasl2-2", "libselinux1", "libssl3t64", "libsystemd0", "libtinfo6",
			"libuuid1", "libxml2", "libxslt1.1", "libgcrypt20", "libgpg-error0", "libxxhash0", "libzstd1", "zlib1g",
		},
		Drop: []string{
			"usr/lib/postgresql/17/lib/bitcode", "usr/lib/postgresql/17/lib/llvmjit*", "usr/lib/postgresql/17/lib/pgxs",
			"usr/share/postgresql/17/man", "usr/share/postgresql-common", "usr/share/perl5",
			"usr/share/zoneinfo/right", "usr/share/postgresql/17/tsearch_data/*_sample*",
		},
	}
}
