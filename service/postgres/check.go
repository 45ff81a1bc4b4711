package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// CheckTimeout is the time that a health check of the database should get. A working one
// answers in a few milliseconds; one that needs longer is of no use to requests either.
const CheckTimeout = 2 * time.Second

// The extensions are those of the deployment guide, and the one that likeness in searches needs.
const checkQuery = `select current_setting('server_version'), current_setting('transaction_read_only') = 'on', coalesce((
	select json_object_agg(extname, extversion) from pg_catalog.pg_extension where extname in ('vector', 'pg_trgm',
		'pg_stat_statements', 'pgcrypto', 'uuid-ossp', 'btree_gist', 'pg_cron', 'pg_net')), '{}')`

// Check reads the version of the server, the extensions that were found, and whether this program
// can serve the database's schema: when it cannot, the error has service.CodeSchemaUnknown. A
// database without an extension that queries use, or one that takes no changes, is degraded.
func (d *Database) Check(ctx context.Context) (service.Observation, error) {
	seen := service.Observation{Server: "PostgreSQL"}
	var readOnly bool
	if err := d.probe.QueryRow(ctx, checkQuery).Scan(&seen.Version, &readOnly, &seen.Extensions); err != nil {
		return service.Observation{}, coded(err)
	}
	// Debian and others append their package version: "17.5 (Debian 17.5-1)".
	seen.Version, _, _ = strings.Cut(seen.Version, " ")
	switch {
	case seen.Extensions["vector"] == "" || seen.Extensions["pg_trgm"] == "":
		seen.Warning = service.CodeExtensionMissing
	case readOnly:
		seen.Warning = service.CodeReadOnly
	}
	return seen, d.CheckSchema(ctx)
}
