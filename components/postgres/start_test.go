package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stub stands in for a PostgreSQL program. It records its arguments, and for
// the server in single-user mode the SQL that it is given.
const stub = `#!/bin/bash
set -euo pipefail
name=$(basename "$0")
echo "$name $*" >>"$RECORD/arguments"
case "$name $*" in
initdb*)
  for argument in "$@"; do
    [[ $argument == --pgdata=* ]] && folder=${argument#--pgdata=}
  done
  mkdir -p "$folder"
  [[ ! -e $RECORD/fail-initdb ]] || exit 1
  echo 17 >"$folder/PG_VERSION"
  ;;
*--single*)
  cat >>"$RECORD/sql"
  [[ ! -e $RECORD/fail-sql ]] || exit 1
  ;;
esac
`

// machine is a pod's file system in a temporary folder.
type machine struct {
	t    *testing.T
	root string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Fatal("start.sh is tested for real: install bash")
	}
	m := machine{t: t, root: t.TempDir()}
	for _, name := range []string{"initdb", "postgres"} {
		m.write("bin/"+name, stub, 0o700)
	}
	for name, text := range scripts() {
		m.write("scripts/"+name, text, 0o600)
	}
	m.write("secrets/superuser-password", "super\n", 0o600)
	m.write("secrets/authenticator-password", `it's$(x)`, 0o600)
	m.write("secrets/monitor-password", "monitors", 0o600)
	m.write("record/arguments", "", 0o600)
	require.NoError(t, os.MkdirAll(m.path("volume"), 0o700))
	return m
}

func (m machine) path(name string) string { return filepath.Join(m.root, name) }

func (m machine) write(name, text string, mode os.FileMode) {
	m.t.Helper()
	require.NoError(m.t, os.MkdirAll(filepath.Dir(m.path(name)), 0o700))
	require.NoError(m.t, os.WriteFile(m.path(name), []byte(text), mode))
}

func (m machine) read(name string) string {
	m.t.Helper()
	text, err := os.ReadFile(m.path(name))
	require.NoError(m.t, err)
	return string(text)
}

func (m machine) start() (string, error) {
	command := exec.Command("bash", m.path("scripts/start.sh"), "-c", "max_connections=7") // #nosec G204 -- a test's own script
	command.Env = []string{
		"PATH=" + m.path("bin") + ":" + os.Getenv("PATH"),
		"RECORD=" + m.path("record"),
		"PGDATA=" + m.path("volume/pgdata"),
		"POSTGRES_DATABASE=tripsage",
		"POSTGRES_SECRETS=" + m.path("secrets"),
		"POSTGRES_SOCKETS=" + m.path("sockets"),
	}
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestStartMakesTheDatabaseOnce(t *testing.T) {
	m := newMachine(t)
	output, err := m.start()
	require.NoError(t, err, output)
	assert.FileExists(t, m.path("volume/pgdata/PG_VERSION"))
	assert.NoDirExists(t, m.path("volume/pgdata.new"))
	assert.Contains(t, m.read("record/sql"), "CREATE DATABASE \"tripsage\";\n\n")

	output, err = m.start()
	require.NoError(t, err, output)
	assert.Equal(t, 1, strings.Count(m.read("record/arguments"), "initdb "))
	assert.Equal(t, 1, strings.Count(m.read("record/sql"), "CREATE DATABASE"))
	assert.Equal(t, 2, strings.Count(m.read("record/sql"), "ALTER ROLE authenticator PASSWORD"), "passwords are set on every start")
}

func TestStartKeepsPasswordsOutOfArgumentsAndOutput(t *testing.T) {
	m := newMachine(t)
	output, err := m.start()
	require.NoError(t, err, output)
	sql := m.read("record/sql")
	assert.Contains(t, sql, "ALTER ROLE postgres PASSWORD 'super';\n\n")
	assert.Contains(t, sql, "ALTER ROLE authenticator PASSWORD 'it''s$(x)';\n\n")
	for _, password := range []string{"super'", "it's", "it''s"} {
		assert.NotContains(t, output+m.read("record/arguments"), password)
	}
	lines := strings.Split(strings.TrimSpace(m.read("record/arguments")), "\n")
	server := lines[len(lines)-1]
	assert.Contains(t, server, "listen_addresses=*")
	assert.True(t, strings.HasSuffix(server, "-c max_connections=7"), server)
}

func TestStartAfterACrashDuringInit(t *testing.T) {
	m := newMachine(t)
	m.write("record/fail-initdb", "", 0o600)
	_, err := m.start()
	require.Error(t, err)
	assert.NoDirExists(t, m.path("volume/pgdata"), "half a database must not look like one")

	m.write("volume/pgdata.new/junk", "", 0o600)
	require.NoError(t, os.Remove(m.path("record/fail-initdb")))
	output, err := m.start()
	require.NoError(t, err, output)
	assert.NoFileExists(t, m.path("volume/pgdata/junk"))
}

func TestStartAfterTheServerWasKilled(t *testing.T) {
	m := newMachine(t)
	output, err := m.start()
	require.NoError(t, err, output)
	locks := []string{"volume/pgdata/postmaster.pid", "sockets/.s.PGSQL.5432.lock"}
	for _, lock := range locks {
		m.write(lock, "1\n", 0o600)
	}
	output, err = m.start()
	require.NoError(t, err, output)
	for _, lock := range locks {
		assert.NoFileExists(t, m.path(lock), "its process id may be somebody else's now")
	}
}

func TestStartServesNobodyWhenTheRolesFail(t *testing.T) {
	m := newMachine(t)
	m.write("record/fail-sql", "", 0o600)
	_, err := m.start()
	require.Error(t, err)
	assert.NotContains(t, m.read("record/arguments"), "listen_addresses")
}

func TestStartRefusesBadPasswordFiles(t *testing.T) {
	for content, want := range map[string]string{
		"":         "the file authenticator-password is empty: expected a password",
		"one\ntwo": "the file authenticator-password has several lines: expected one password",
	} {
		m := newMachine(t)
		m.write("secrets/authenticator-password", content, 0o600)
		output, err := m.start()
		require.Error(t, err)
		assert.Contains(t, output, want)
	}
}

// In single-user mode only a semicolon and an empty line end a statement.
func TestRolesAreSeparateStatements(t *testing.T) {
	statements := strings.Split(rolesSQL, ";\n\n")
	assert.Empty(t, statements[len(statements)-1], "the last statement is not ended")
	for _, statement := range statements {
		assert.NotContains(t, statement, "\n\n")
	}
	assert.Contains(t, rolesSQL, "ALTER ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;")
}

func TestShellcheck(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Fatal("start.sh is checked with shellcheck: apt-get install shellcheck")
	}
	output, err := exec.Command("shellcheck", "start.sh").CombinedOutput()
	assert.NoError(t, err, string(output))
}
