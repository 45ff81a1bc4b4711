package migrations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
)

// oldestServer has everything that the schema and the migrator use.
const oldestServer = 150000

// prepare makes what migrations stand on. It says everything that stands in its way at once.
func (m *Migrator) prepare(ctx context.Context, tx pgx.Tx) error {
	faults, err := obstacles(ctx, tx)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return refused(faults)
	}
	if _, err := tx.Exec(ctx, prepareSQL, pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("making the roles and schemas that migrations need: %w", explain(err))
	}
	if faults, err = m.extensions(ctx, tx); err != nil {
		return err
	}
	if len(faults) > 0 {
		return refused(faults)
	}
	return nil
}

func refused(faults []string) error {
	return errors.New("this database cannot be migrated yet:\n- " + strings.Join(faults, "\n- "))
}

const rights = `select current_user::text, rolsuper, rolsuper or rolbypassrls, rolsuper or rolcreaterole,
		current_setting('server_version_num')::int,
		has_database_privilege(current_database(), 'CREATE'), has_schema_privilege('public', 'CREATE'),
		array(select wanted from unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) wanted
			where not exists (select from pg_roles where rolname = wanted) order by wanted)
	from pg_roles where rolname = current_user`

// obstacles are what the role or the server lacks.
func obstacles(ctx context.Context, tx pgx.Tx) (faults []string, err error) {
	var role string
	var super, bypass, createRole, createSchema, createTable bool
	var version int
	var missing []string
	row := tx.QueryRow(ctx, rights)
	if err := row.Scan(&role, &super, &bypass, &createRole, &version, &createSchema, &createTable, &missing); err != nil {
		return nil, fmt.Errorf("reading the rights of the migration's role: %w", err)
	}
	name := pgx.Identifier{role}.Sanitize()
	if version < oldestServer {
		faults = append(faults, fmt.Sprintf("the server is PostgreSQL %d: expected 15 or later", version/10000))
	}
	if !bypass {
		faults = append(faults, fmt.Sprintf("the role %s is bound by row level security, which the schema's own functions must not be: "+
			"use the owner (on Supabase the role postgres), or as a superuser: alter role %s bypassrls", role, name))
	}
	if len(missing) > 0 && !createRole {
		faults = append(faults, fmt.Sprintf("the roles %s are missing, and the role %s may not create them: "+
			"as a superuser: alter role %s createrole", strings.Join(missing, ", "), role, name))
	}
	if !createSchema || !createTable {
		faults = append(faults, fmt.Sprintf("the role %s may not create schemas in the database, or tables in the schema public: "+
			"use the database's owner", role))
	}
	return faults, nil
}

// try runs a statement that may fail without ending the transaction. err is a fault of the
// connection.
func try(ctx context.Context, tx pgx.Tx, sql string) (failed, err error) {
	point, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, failed = point.Exec(ctx, sql); failed != nil {
		return failed, point.Rollback(ctx)
	}
	return nil, point.Commit(ctx)
}

// extensions makes those that are missing. faults are the required ones that cannot be had.
func (m *Migrator) extensions(ctx context.Context, tx pgx.Tx) (faults []string, err error) {
	for _, wanted := range wantedExtensions() {
		fault, err := wanted.ensure(ctx, tx)
		switch {
		case err != nil:
			return nil, err
		case fault != "" && wanted.required:
			faults = append(faults, fault)
		case fault != "":
			m.options.Log.Info("going on without an optional extension", slog.String("extension", wanted.name), slog.String("reason", fault))
		}
	}
	var preloaded bool
	err = tx.QueryRow(ctx, "select exists (select from pg_settings where name = 'pg_stat_statements.max')").Scan(&preloaded)
	if err == nil && !preloaded {
		m.options.Log.Warn("pg_stat_statements is not in shared_preload_libraries, so the server collects no statistics of statements")
	}
	return faults, err
}
