package migrations_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/postgres/migrations"
	"github.com/tripsage/infrastructure/service/servicetest"
)

func testWeakRole(t *testing.T, _ *servicetest.Postgres) {
	pg := servicetest.StartPostgres(t)
	pg.Exec(t, "postgres", "create role weak login password '"+pg.Password+"'")
	pg.Exec(t, "postgres", "create database weak")
	url := "postgres://weak:" + pg.Password + "@" + pg.Addr + "/weak?sslmode=disable"
	m, _ := migrator(t, embedded(t), url)
	_, err := m.Up(t.Context())
	assert.EqualError(t, err, `this database cannot be migrated yet:
- the role weak is bound by row level security, which the schema's own functions must not be: use the owner (on Supabase the role postgres), or as a superuser: alter role "weak" bypassrls
- the roles anon, authenticated, authenticator, service_role are missing, and the role weak may not create them: as a superuser: alter role "weak" createrole
- the role weak may not create schemas in the database, or tables in the schema public: use the database's owner`)

	pg.Exec(t, "postgres", "alter role weak bypassrls createrole; alter database weak owner to weak")
	_, err = m.Up(t.Context())
	require.Error(t, err)
	for _, name := range []string{"vector", "pg_stat_statements"} {
		assert.ErrorContains(t, err, "- the extension "+name+" cannot be created (")
		assert.ErrorContains(t, err, `as a superuser: create schema if not exists extensions; create extension "`+name+`" schema extensions`)
	}
	assert.Equal(t, int64(0), value[int64](t, connect(t, url), "select count(*) from pg_namespace where nspname in ('private', 'auth')"),
		"a refusal changes nothing")

	pg.Exec(t, "weak", "create schema extensions authorization weak; create extension vector schema extensions; create extension pg_stat_statements schema extensions")
	applied, err := m.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, len(embedded(t)), applied)
}

func testMisplacedExtension(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	_, err := connect(t, url).Exec(t.Context(), "create schema odd; create extension pg_trgm schema odd")
	require.NoError(t, err)
	m, _ := migrator(t, embedded(t), url)
	_, err = m.Up(t.Context())
	assert.EqualError(t, err, "this database cannot be migrated yet:\n- the extension pg_trgm is in the schema odd, "+
		`where the service does not look: run: alter extension "pg_trgm" set schema extensions`)
}

// A long query must not turn a migration into an outage: everything would queue behind it.
func testLockedTable(t *testing.T, pg *servicetest.Postgres) {
	url := servicetest.SupabaseDatabase(t, pg)
	conn := connect(t, url)
	for _, sql := range []string{"create table busy ()", "begin", "select from busy"} {
		_, err := conn.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	m, _ := migrator(t, setOf(t, files(map[string]string{
		"20260101_01_alter": "set local lock_timeout = '50ms';\nalter table busy add column late int;",
	}, "select 1;")), url)
	_, err := m.Up(t.Context())
	assert.ErrorContains(t, err, "migration 20260101_01_alter.sql failed, and nothing of it remains")
	assert.ErrorContains(t, err, "a long transaction holds a table; run the migration again when it is over")
}

func testStatus(t *testing.T, pg *servicetest.Postgres) {
	url, set := servicetest.SupabaseDatabase(t, pg), embedded(t)
	words := func(m *migrations.Migrator) (all []string) {
		states, err := m.Status(t.Context())
		require.NoError(t, err)
		for _, state := range states {
			assert.Equal(t, state.Word == migrations.StatePending, state.AppliedAt.IsZero())
			all = append(all, state.Word)
		}
		return all
	}
	m, _ := migrator(t, set[:3], url)
	assert.Equal(t, []string{"pending", "pending", "pending"}, words(m))
	assert.False(t, value[bool](t, connect(t, url), "select to_regnamespace('private') is not null"), "looking changes nothing")
	_, err := m.Up(t.Context())
	require.NoError(t, err)
	all, _ := migrator(t, set, url)
	assert.Equal(t, []string{"applied", "applied", "applied", "pending"}, words(all))
	edited := []migrations.Migration{set[0], set[1]}
	edited[1].Checksum = "other"
	odd, _ := migrator(t, edited, url)
	assert.Equal(t, []string{"applied", "changed", "unknown"}, words(odd))
}

func TestDatabaseThatComesLater(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	url := servicetest.SupabaseDatabase(t, pg)
	pg.Stop(t)
	m, log := migrator(t, embedded(t), url)
	result := make(chan error, 1)
	go func() { _, err := m.Up(t.Context()); result <- err }()
	time.Sleep(100 * time.Millisecond) // so that it usually meets a server that is not there; either order must work
	pg.Start(t)
	require.NoError(t, <-result, log.String())
}

func TestFaultsNeverShowThePassword(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	for name, url := range map[string]string{
		"wrong password": "postgres://tripsage:s3cr-et@" + pg.Addr + "/postgres?sslmode=disable",
		"nobody there":   "postgres://tripsage:s3cr-et@" + servicetest.FreeAddr(t) + "/postgres?sslmode=disable",
		"unparsable":     "postgres://tripsage:s3cr-et/@host:port/db",
		"bad parameter":  "postgres://tripsage:s3cr-et@host/db?sslmode=perhaps",
	} {
		m, err := migrations.New(embedded(t), migrations.Options{URL: url, Wait: 50 * time.Millisecond, Log: quiet})
		if err == nil {
			_, err = m.Up(t.Context())
		}
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "s3cr-et", name)
	}
}

// A wrong password does not become right by waiting.
func TestHopelessFaultsAreReportedAtOnce(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	for url, want := range map[string]string{
		"postgres://tripsage:wrong@" + pg.Addr + "/postgres?sslmode=disable": "password authentication failed",
		pg.URL("nowhere"): `database "nowhere" does not exist`,
	} {
		m, _ := migrator(t, embedded(t), url)
		_, err := m.Up(t.Context())
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "did not answer within")
	}
}
