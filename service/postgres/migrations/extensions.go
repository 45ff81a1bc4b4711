package migrations

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// extension is one that the deployment guide enables.
type extension struct {
	name     string
	required bool
	oldest   string // the oldest version that will do; "" is any
	schema   string // where it goes; "" leaves that to the extension
	note     string // what Debian or the server's settings must have
}

func wantedExtensions() []extension {
	contrib := func(name string) extension {
		return extension{name: name, required: true, schema: "extensions", note: "it comes with PostgreSQL's contrib modules"}
	}
	return []extension{
		{name: "vector", required: true, oldest: "0.8", schema: "extensions", note: "install pgvector, Debian's postgresql-17-pgvector"}, // iterative scans
		contrib("pg_trgm"), contrib("pgcrypto"), contrib("uuid-ossp"), contrib("btree_gist"), contrib("pg_stat_statements"),
		{name: "pg_cron", note: "Supabase has it; elsewhere install it and add it to shared_preload_libraries"},
		{name: "pg_net", schema: "extensions", note: "Supabase has it; elsewhere install it and add it to shared_preload_libraries"},
	}
}

// ensure makes the extension unless it is there. fault says why it cannot be had; err is a fault
// of the connection.
func (e extension) ensure(ctx context.Context, tx pgx.Tx) (fault string, err error) {
	var available string
	var installed, schema *string
	err = tx.QueryRow(ctx, `select default_version, installed_version, extnamespace::regnamespace::text
		from pg_available_extensions left join pg_extension on extname = name where name = $1`, e.name).Scan(&available, &installed, &schema)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Sprintf("the server does not have the extension %s: %s", e.name, e.note), nil
	}
	if err != nil {
		return "", fmt.Errorf("looking for the extension %s: %w", e.name, err)
	}
	quoted := pgx.Identifier{e.name}.Sanitize()
	switch {
	case installed == nil && older(available, e.oldest):
		return fmt.Sprintf("the server's extension %s is version %s, expected %s or later: %s", e.name, available, e.oldest, e.note), nil
	case installed == nil:
		return e.create(ctx, tx, quoted)
	case older(*installed, e.oldest):
		return fmt.Sprintf("the extension %s is version %s, expected %s or later: run: alter extension %s update", e.name, *installed, e.oldest, quoted), nil
	case e.required && *schema != "extensions" && *schema != "public":
		return fmt.Sprintf("the extension %s is in the schema %s, where the service does not look: "+
			"run: alter extension %s set schema extensions", e.name, *schema, quoted), nil
	}
	return "", nil
}

func (e extension) create(ctx context.Context, tx pgx.Tx, quoted string) (fault string, err error) {
	sql := "create extension " + quoted
	if e.schema != "" {
		sql += " schema " + e.schema
	}
	failed, err := try(ctx, tx, sql)
	if failed != nil && err == nil {
		return fmt.Sprintf("the extension %s cannot be created (%v): as a superuser: create schema if not exists extensions; %s", e.name, failed, sql), nil
	}
	return "", err
}

// older compares versions such as 0.4.4 and 0.5, number by number.
func older(version, oldest string) bool {
	if oldest == "" {
		return false
	}
	have, want := strings.Split(version, "."), strings.Split(oldest, ".")
	for i, text := range want {
		wanted, _ := strconv.Atoi(text) // ours
		if i >= len(have) {
			return wanted > 0
		}
		if had, _ := strconv.Atoi(have[i]); had != wanted { // "5devel" is older than anything
			return had < wanted
		}
	}
	return false
}
