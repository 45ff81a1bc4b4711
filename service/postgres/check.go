package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

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

// coded attaches the stable code to an error of pgx.
func coded(err error) error {
	return &service.Error{Code: code(err), Err: fmt.Errorf("database: %w", err)}
}

func code(err error) service.Code {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return serverCode(answer.Code)
	}
	if strings.Contains(err.Error(), "server refused TLS connection") { // pgx has no type for it
		return service.CodeTLSFailed
	}
	if code, ok := service.NetworkCode(err); ok {
		return code
	}
	return service.CodeOf(err)
}

// serverCode maps SQLSTATEs, see "PostgreSQL Error Codes" in its manual.
func serverCode(state string) service.Code {
	switch state {
	case "28000", "28P01": // no such role, or wrong password
		return service.CodeAuthenticationFailed
	case "3D000":
		return service.CodeDatabaseMissing
	case "53300":
		return service.CodeTooManyConnections
	case "57P01", "57P02", "57P03": // shutting down, crashed, starting
		return service.CodeStarting
	case "57014":
		return service.CodeTimeout
	default:
		return service.CodeInternal
	}
}
