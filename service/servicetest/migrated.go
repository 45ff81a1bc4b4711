package servicetest

import (
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/postgres/migrations"
)

// supabase makes what a new Supabase project has: the API's roles, and an owner of the schema,
// "postgres", who is no superuser but passes by row level security.
const supabase = `
	create role anon nologin noinherit;
	create role authenticated nologin noinherit;
	create role service_role nologin noinherit bypassrls;
	create role authenticator login noinherit password '{password}';
	create role postgres login createdb createrole bypassrls password '{password}';
	grant anon, authenticated, service_role to authenticator;
	grant anon, authenticated, service_role, authenticator to postgres with admin option;`

// extensions that only a superuser may create; Supabase lets the owner do so.
const superuserExtensions = `
	create schema extensions authorization postgres;
	create extension vector schema extensions;
	create extension pg_stat_statements schema extensions;
	grant usage on schema extensions to anon, authenticated, service_role;
	alter schema public owner to postgres;
	alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
	alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
	alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;`

const (
	emptyTemplate    = "template_supabase"
	migratedTemplate = "template_migrated"
)

// templates makes the databases that tests get copies of, once per server.
func (p *Postgres) templates(t testing.TB) {
	t.Helper()
	p.template.Do(func() {
		p.Exec(t, "postgres", strings.ReplaceAll(supabase, "{password}", p.Password))
		p.Exec(t, "postgres", "create database "+emptyTemplate+" owner postgres")
		p.Exec(t, emptyTemplate, superuserExtensions)
		p.Exec(t, "postgres", "create database "+migratedTemplate+" owner postgres template "+emptyTemplate)
		set, err := migrations.Embedded()
		require.NoError(t, err)
		migrator, err := migrations.New(set, migrations.Options{
			URL: p.urlAs("postgres", migratedTemplate), Wait: startTimeout, Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		_, err = migrator.Up(t.Context())
		require.NoError(t, err)
	})
}

// SupabaseDatabase makes an empty database like a new Supabase project's, and returns its address
// for the owner of the schema.
func SupabaseDatabase(t testing.TB, pg *Postgres) (ownerURL string) {
	t.Helper()
	return pg.urlAs("postgres", pg.copyOf(t, emptyTemplate))
}

// MigratedDatabase makes a database of a test's own with the current schema in a tenth of a
// second, and returns its addresses for the owner of the schema and for the API. The superuser's
// is pg.URL of the name in them.
func MigratedDatabase(t testing.TB, pg *Postgres) (ownerURL, apiURL string) {
	t.Helper()
	name := pg.copyOf(t, migratedTemplate)
	return pg.urlAs("postgres", name), pg.urlAs("authenticator", name)
}

func (p *Postgres) copyOf(t testing.TB, template string) (name string) {
	t.Helper()
	p.templates(t)
	name = "test_" + strings.ToLower(rand.Text())
	p.Exec(t, "postgres", "create database "+name+" owner postgres template "+template)
	// Settings of a database are not copied with it.
	p.Exec(t, name, `alter database `+name+` set search_path = "$user", public, extensions`)
	return name
}
