package migrations_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/internal/debianpostgres"
	"github.com/tripsage/infrastructure/service/postgres/migrations"
)

// The tests of several runners start this program again as a runner, with these variables.
const (
	runnerURL  = "MIGRATIONS_TEST_URL"
	runnerFile = "MIGRATIONS_TEST_FOLDER"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(runnerURL); url != "" {
		os.Exit(runner(url, os.Getenv(runnerFile)))
	}
	os.Exit(m.Run())
}

// runner applies the migrations of a folder and prints how many it applied.
func runner(url, folder string) (code int) {
	applied, err := func() (int, error) {
		set, err := migrations.Read(os.DirFS(folder))
		if err != nil {
			return 0, err
		}
		migrator, err := migrations.New(set, migrations.Options{URL: url, Wait: time.Minute, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return 0, err
		}
		return migrator.Up(context.Background())
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(applied)
	return 0
}

func startRunner(t *testing.T, url, folder string) (cmd *exec.Cmd, output *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	output = &bytes.Buffer{}
	cmd = exec.Command(self) // #nosec G204 -- this program
	cmd.Env = append(os.Environ(), runnerURL+"="+url, runnerFile+"="+folder)
	cmd.Stdout, cmd.Stderr = output, output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // ended already, if all went well
	return cmd, output
}

// embedded is the set of this program.
func embedded(t testing.TB) []migrations.Migration {
	t.Helper()
	set, err := migrations.Embedded()
	require.NoError(t, err)
	return set
}

// files are a folder of migrations: up SQL by version and name. Each one is rolled back by down.
func files(up map[string]string, down string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, sql := range up {
		text := "-- Description: a test\n-- Compatible-from: " + name[:11] + "\n" + sql
		fsys[name+".sql"] = &fstest.MapFile{Data: []byte(text)}
		fsys[name+".down.sql"] = &fstest.MapFile{Data: []byte(down)}
	}
	return fsys
}

func folderOf(t *testing.T, fsys fstest.MapFS) string {
	t.Helper()
	dir := t.TempDir()
	for name, file := range fsys {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), file.Data, 0o600))
	}
	return dir
}

func migrator(t testing.TB, set []migrations.Migration, url string) (*migrations.Migrator, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	m, err := migrations.New(set, migrations.Options{URL: url, Wait: time.Minute, Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	return m, &log
}

func setOf(t testing.TB, fsys fstest.MapFS) []migrations.Migration {
	t.Helper()
	set, err := migrations.Read(fsys)
	require.NoError(t, err)
	return set
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may be gone
	return conn
}

// value reads the one value that a query gives.
func value[T any](t testing.TB, conn *pgx.Conn, sql string, args ...any) (v T) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&v))
	return v
}

// dump is the schema as pg_dump writes it, without the lines that differ from run to run.
func dump(t testing.TB, url string) string {
	t.Helper()
	bin, err := debianpostgres.Programs(t.Context(), t.Output())
	require.NoError(t, err)
	output, err := exec.Command(filepath.Join(bin, "pg_dump"), "--schema-only", "--restrict-key=test", url).CombinedOutput() // #nosec G204
	require.NoError(t, err, string(output))
	return string(output)
}
