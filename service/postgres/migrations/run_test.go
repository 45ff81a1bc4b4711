package migrations_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/postgres/migrations"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// TestServer runs everything that needs a server against one.
func TestServer(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	for name, test := range map[string]func(*testing.T, *servicetest.Postgres){
		"every rollback restores the schema exactly": testRollbacks,
		"a plain, empty database":                    testPlainDatabase,
		"a history that is not ours":                 testForeignHistory,
		"a release that is put back":                 testOlderProgram,
		"a failed migration leaves nothing":          testFailure,
		"four runners at once":                       testFourRunners,
		"a runner that is killed":                    testKilledRunner,
		"a role that may not":                        testWeakRole,
		"an extension in a place of its own":         testMisplacedExtension,
		"a locked table":                             testLockedTable,
		"status":                                     testStatus,
	} {
		t.Run(name, func(t *testing.T) { test(t, pg) })
	}
}

func testRollbacks(t *testing.T, pg *servicetest.Postgres) {
	url, set := servicetest.SupabaseDatabase(t, pg), embedded(t)
	schemas := []string{}
	for count := range len(set) + 1 {
		m, _ := migrator(t, set[:count], url)
		applied, err := m.Up(t.Context())
		require.NoError(t, err)
		assert.Equal(t, min(count, 1), applied)
		schemas = append(schemas, dump(t, url))
	}
	m, log := migrator(t, set, url)
	for count := len(set) - 1; count >= 0; count-- {
		undone, err := m.Down(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, 1, undone)
		assert.Equal(t, schemas[count], dump(t, url), "after the rollback of %s", set[count].File())
	}
	_, err := m.Down(t.Context(), 1)
	assert.ErrorContains(t, err, "cannot roll 1 migrations back: expected 1 to 0")

	applied, err := m.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, len(set), applied)
	assert.Equal(t, schemas[len(set)], dump(t, url))
	applied, err = m.Up(t.Context())
	require.NoError(t, err)
	assert.Zero(t, applied, "nothing is left to do")
	assert.Equal(t, 2*len(set), strings.Count(log.String(), "migration="), log.String())

	undone, err := m.Down(t.Context(), len(set))
	require.NoError(t, err)
	assert.Equal(t, len(set), undone)
	assert.Equal(t, schemas[0], dump(t, url), "all at once")
}

func testPlainDatabase(t *testing.T, _ *servicetest.Postgres) {
	pg := servicetest.StartPostgres(t) // roles belong to the server, so this needs one without
	pg.Exec(t, "postgres", "create database plain")
	m, log := migrator(t, embedded(t), pg.URL("plain"))
	applied, err := m.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, len(embedded(t)), applied)
	for _, name := range []string{"pg_cron", "pg_net"} {
		assert.Contains(t, log.String(), `extension=`+name+` reason="the server does not have the extension `+name)
	}
	conn := connect(t, pg.URL("plain"))
	assert.Equal(t, []string{"btree_gist", "pg_stat_statements", "pg_trgm", "pgcrypto", "uuid-ossp", "vector"},
		value[[]string](t, conn, `select array_agg(extname::text order by extname) from pg_extension where extname <> 'plpgsql'`))
	assert.Equal(t, []string{"anon", "authenticated", "service_role"},
		value[[]string](t, conn, `select array_agg(r.rolname::text order by r.rolname) from pg_auth_members m
			join pg_roles r on r.oid = m.roleid join pg_roles a on a.oid = m.member where a.rolname = 'authenticator'`))
	assert.True(t, value[bool](t, conn, "select not rolbypassrls and not rolinherit and not rolsuper from pg_roles where rolname = 'authenticator'"))
	assert.Equal(t, "8f1b6d1e-0000-4000-8000-000000000001", value[string](t, conn,
		`select auth.uid()::text from set_config('request.jwt.claims', '{"sub":"8f1b6d1e-0000-4000-8000-000000000001"}', false)`))
}

func testForeignHistory(t *testing.T, pg *servicetest.Postgres) {
	url, set := servicetest.SupabaseDatabase(t, pg), embedded(t)
	m, _ := migrator(t, set, url)
	_, err := m.Up(t.Context())
	require.NoError(t, err)

	edited := slices.Clone(set)
	edited[1].Checksum = strings.Repeat("0", 64)
	gap := slices.Delete(slices.Clone(set), 1, 2)
	late := slices.Insert(slices.Clone(set), 1, migrations.Migration{Version: set[0].Version + "x", Name: "late"})
	last := set[len(set)-1]
	for want, other := range map[string][]migrations.Migration{
		"migration " + set[1].File() + " was changed after it had been applied on " + time.Now().UTC().Format(time.DateOnly) +
			": restore the file as it was, and put the change into a new migration": edited,
		"the database has migration " + set[1].Version + "_" + set[1].Name + ", which this program does not know: " +
			"use the release that applied it, or a later one": gap,
		"migration " + set[0].Version + "x_late.sql was never applied, but the later " + set[1].Version + "_" + set[1].Name +
			" was: give it a version after " + last.Version: late,
	} {
		m, _ := migrator(t, other, url)
		_, err := m.Up(t.Context())
		assert.EqualError(t, err, want)
		_, err = m.Down(t.Context(), 1)
		assert.EqualError(t, err, want)
	}
}

// The image of an older release is put back: its migration has nothing to do where it works with
// the newer schema, and stops the roll-out where it does not.
func testOlderProgram(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	newer := setOf(t, files(map[string]string{
		"20260101_01_one": "create table one ();", "20260101_02_two": "create table two ();",
	}, "select 1;"))
	newer[1].CompatibleFrom = newer[0].Version
	m, _ := migrator(t, newer, url)
	_, err := m.Up(t.Context())
	require.NoError(t, err)

	older, _ := migrator(t, newer[:1], url)
	applied, err := older.Up(t.Context())
	require.NoError(t, err)
	assert.Zero(t, applied)
	_, err = older.Down(t.Context(), 1)
	assert.EqualError(t, err, "the migration 20260101_02_two is a later release's: only that one can roll it back")

	_, err = connect(t, url).Exec(t.Context(), "update private.schema_migrations set compatible_from = version")
	require.NoError(t, err)
	_, err = older.Up(t.Context())
	assert.ErrorContains(t, err, "the database has migration 20260101_02_two, which this program does not know")
}

func testFailure(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	m, _ := migrator(t, setOf(t, files(map[string]string{
		"20260101_01_good": "create table one ();",
		"20260101_02_bad":  "create table two ();\ninsert into nowhere values (1);",
		"20260101_03_more": "create table three ();",
	}, "drop table one;")), url)
	applied, err := m.Up(t.Context())
	assert.Equal(t, 1, applied)
	assert.ErrorContains(t, err, "migration 20260101_02_bad.sql failed, and nothing of it remains: ")
	assert.ErrorContains(t, err, `relation "nowhere" does not exist`)
	conn := connect(t, url)
	assert.Equal(t, []string{"one"}, value[[]string](t, conn, "select array_agg(tablename::text) from pg_tables where schemaname = 'public'"))
	assert.Equal(t, int64(1), value[int64](t, conn, "select count(*) from private.schema_migrations"))
}

func testFourRunners(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(".")))
	total := 0
	ends := []func(){}
	for range 4 {
		cmd, output := startRunner(t, url, folder)
		ends = append(ends, func() {
			require.NoError(t, cmd.Wait(), output.String())
			total += int(output.String()[0] - '0')
		})
	}
	for _, end := range ends {
		end()
	}
	assert.Equal(t, len(embedded(t)), total, "each migration was applied by one of them")
}

func testKilledRunner(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), "create table gate ()")
	require.NoError(t, err)
	folder := folderOf(t, files(map[string]string{
		"20260101_01_first": "create table one ();",
		"20260101_02_slow":  "create table two ();\nselect pg_sleep(600) where not exists (select from gate);",
	}, "select 1;"))

	first, _ := startRunner(t, url, folder)
	const running = "select count(*) from pg_stat_activity where datname = current_database() and %s"
	waitFor(t, func() bool {
		return value[int64](t, conn, strings.Replace(running, "%s", "wait_event = 'PgSleep'", 1)) == 1
	})
	second, output := startRunner(t, url, folder)
	waitFor(t, func() bool {
		return value[int64](t, conn, strings.Replace(running, "%s", "wait_event_type = 'Lock' and wait_event = 'advisory'", 1)) == 1
	})
	require.NoError(t, first.Process.Kill())
	_ = first.Wait() // it was killed
	_, err = conn.Exec(t.Context(), "alter table gate add opened int; insert into gate values (1)")
	require.NoError(t, err)
	require.NoError(t, second.Wait(), output.String())
	assert.Equal(t, "1\n", output.String(), "the first one was applied, the second one was undone and done again")
	assert.Equal(t, int64(2), value[int64](t, conn, "select count(*) from private.schema_migrations"))
}

func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 30*time.Second, 20*time.Millisecond)
}
