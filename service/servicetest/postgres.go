package servicetest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
)

// Postgres is a private PostgreSQL server with pgvector and one superuser, "tripsage".
type Postgres struct {
	Server
	Password string

	template sync.Once // guards the making of a migrated database to copy
}

// StartPostgres starts an empty server whose database "postgres" is ready for use. Settings such as
// "shared_buffers=1GB" come on top of those for tests.
func StartPostgres(t testing.TB, settings ...string) *Postgres {
	t.Helper()
	bin, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	id := unprivileged(t)
	dir := dataDir(t, id)
	pg := &Postgres{Password: "test-database-password"}
	pg.Addr, pg.Dir = FreeAddr(t), filepath.Join(dir, "data")

	init := exec.Command(filepath.Join(bin, "initdb"), "--pgdata="+pg.Dir, "--username=tripsage", "--auth=scram-sha-256", // #nosec G204
		"--pwfile="+passwordFile(t, dir, id, pg.Password), "--encoding=UTF8", "--no-sync",
		"--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
	init.Dir, init.SysProcAttr = dir, sysProcAttr(id)
	output, err := init.CombinedOutput()
	require.NoError(t, err, "initdb: %s", output)

	host, port, err := net.SplitHostPort(pg.Addr)
	require.NoError(t, err)
	pg.command = func() *exec.Cmd {
		args := []string{"-D", pg.Dir, "-p", port,
			"-c", "listen_addresses=" + host, "-c", "unix_socket_directories=", "-c", "fsync=off",
			"-c", "shared_buffers=16MB", "-c", "max_connections=100", "-c", "wal_level=logical",
			"-c", "shared_preload_libraries=pg_stat_statements"}
		for _, setting := range settings {
			args = append(args, "-c", setting)
		}
		cmd := exec.Command(filepath.Join(bin, "postgres"), args...) // #nosec G204 -- a fixed program
		cmd.Dir, cmd.SysProcAttr, cmd.Env = dir, sysProcAttr(id), []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
		return cmd
	}
	pg.ping = func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, pg.URL("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	}
	pg.Start(t)
	t.Cleanup(func() { pg.Stop(t) })
	return pg
}

// URL is the address of a database on the server.
func (p *Postgres) URL(database string) string { return p.urlAs("tripsage", database) }

// urlAs is the address for a role. Every role has the same password.
func (p *Postgres) urlAs(role, database string) string {
	return "postgres://" + role + ":" + p.Password + "@" + p.Addr + "/" + database + "?sslmode=disable"
}

// Exec runs SQL in a database, as the superuser.
func (p *Postgres) Exec(t testing.TB, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.URL(database))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

// passwordFile keeps the password out of the arguments, which every user of the machine sees.
func passwordFile(t testing.TB, dir string, id *syscall.Credential, password string) string {
	t.Helper()
	path := filepath.Join(dir, "password")
	require.NoError(t, os.WriteFile(path, []byte(password+"\n"), 0o600))
	if id != nil {
		require.NoError(t, os.Chown(path, int(id.Uid), int(id.Gid)))
	}
	return path
}
