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

const (
	vectorExtension = "vector"
	checkQuery      = `select current_setting('server_version'),
	coalesce((select extversion from pg_catalog.pg_extension where extname = 'vector'), '')`
)

// Check makes one round trip and reads the versions of the server and of pgvector.
// A database without pgvector is degraded: only memory search needs it.
func (d *Database) Check(ctx context.Context) (service.Observation, error) {
	var server, vector string
	if err := d.probe.QueryRow(ctx, checkQuery).Scan(&server, &vector); err != nil {
		return service.Observation{}, coded(err)
	}
	// Debian and others append their package version: "17.5 (Debian 17.5-1)".
	server, _, _ = strings.Cut(server, " ")
	seen := service.Observation{Server: "PostgreSQL", Version: server, Extensions: map[string]string{}}
	if vector == "" {
		seen.Warning = service.CodeExtensionMissing
	} else {
		seen.Extensions[vectorExtension] = vector
	}
	return seen, nil
}
