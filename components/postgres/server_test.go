package postgres

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
	"github.com/tripsage/infrastructure/service/postgres/migrations"
)

// TestStartWithTheRealServer runs start.sh with the programs of the image, then the migrations as
// the Job does, and looks at the result as the API does.
func TestStartWithTheRealServer(t *testing.T) {
	port := startServer(t)
	address := func(login string) string {
		return "postgres://" + login + "@127.0.0.1:" + port + "/tripsage?sslmode=disable"
	}
	set, err := migrations.Embedded()
	require.NoError(t, err)
	var log bytes.Buffer
	migrator, err := migrations.New(set, migrations.Options{
		URL: address("postgres:super"), Wait: time.Minute, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	applied, err := migrator.Up(t.Context())
	require.NoError(t, err, log.String())
	assert.Len(t, set, applied)
	assert.NotContains(t, log.String(), "pg_stat_statements", "it is preloaded")

	conn, err := pgx.Connect(t.Context(), address("authenticator:it%27s$(x)"))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	var vector bool
	var places, statements int
	_, err = tx.Exec(t.Context(), "set local role authenticated")
	require.NoError(t, err)
	require.NoError(t, tx.QueryRow(t.Context(), `select '[1,2]'::vector <=> '[1,2]' = 0, (select count(*) from destinations),
		(select count(*) from pg_stat_statements)`).Scan(&vector, &places, &statements))
	assert.True(t, vector)
	assert.Positive(t, places)
	assert.Positive(t, statements)
	require.NoError(t, tx.Rollback(t.Context()))
	assertMonitorSeesStatisticsOnly(t, address("monitor:monitors"))
}

func assertMonitorSeesStatisticsOnly(t *testing.T, address string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	var others int
	require.NoError(t, conn.QueryRow(t.Context(), "select count(query) from pg_stat_activity where usename <> 'monitor'").Scan(&others))
	assert.Positive(t, others, "the sessions of other roles")
	for _, denied := range []string{"select * from public.trips", "set role authenticated", "set role service_role"} {
		_, err := conn.Exec(t.Context(), denied)
		assert.ErrorContains(t, err, "permission denied", denied)
	}
}

// startServer runs start.sh as a pod does, on a free port.
func startServer(t *testing.T) (port string) {
	t.Helper()
	bin, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	m := newMachine(t)
	m.root, err = os.MkdirTemp("", "postgres-start-") // t.TempDir is closed to another user
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(m.root)) })
	for name, text := range scripts() {
		m.write("scripts/"+name, text, 0o600)
	}
	m.write("secrets/superuser-password", "super", 0o600)
	m.write("secrets/authenticator-password", "it's$(x)", 0o600)
	m.write("secrets/monitor-password", "monitors", 0o600)
	for _, folder := range []string{"volume", "sockets"} {
		require.NoError(t, os.MkdirAll(m.path(folder), 0o700))
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err = net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	command := exec.Command("bash", m.path("scripts/start.sh"), "-c", "port="+port, "-c", "fsync=off") // #nosec G204
	command.Env = []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "PGDATA=" + m.path("volume/pgdata"),
		"POSTGRES_DATABASE=tripsage", "POSTGRES_SECRETS=" + m.path("secrets"), "POSTGRES_SOCKETS=" + m.path("sockets"),
	}
	command.SysProcAttr = ownedByNobody(t, m.root)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGQUIT) // it may have ended
		_ = command.Wait()
		if t.Failed() {
			t.Log(output.String())
		}
	})
	return port
}

// ownedByNobody makes root's files another user's and says to run as that one: PostgreSQL refuses
// to run as root.
func ownedByNobody(t *testing.T, root string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.Atoi(nobody.Uid)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, uid, uid)
	}))
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}} // #nosec G115 -- a user's number
}
