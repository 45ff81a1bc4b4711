package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tripsage/infrastructure/service"
)

// fault gives an error of a statement its code, and names its faults where the client can mend them.
func fault(err error) error {
	var known *service.Error
	var answer *pgconn.PgError
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, pgx.ErrNoRows):
		return &service.Error{Code: service.CodeNotFound}
	case errors.As(err, &answer) && serverCode(answer) == service.CodeInvalid:
		// PostgreSQL's own message may quote what the client sent, which belongs into no log.
		return &service.Error{Code: service.CodeInvalid, Err: fmt.Errorf("%w (SQLSTATE %s)", invalid(answer), answer.Code)}
	default:
		return coded(err)
	}
}

// invalid tells a client what PostgreSQL did not take, without quoting it.
func invalid(answer *pgconn.PgError) *service.Invalid {
	var faults service.Invalid
	switch field := constrained(answer); field {
	case "":
		faults.Add("body", "holds a value that cannot be stored", "text without NUL characters, numbers and dates in range")
	case "dates":
		faults.Add("end_date", "is before start_date", "start_date or a later day")
	case "place":
		faults.Add("latitude", "comes without longitude or the other way round", "both or neither")
	case "owner":
		faults.Add("user_id", "is the owner of the trip", "somebody else")
	default:
		faults.Add(field, "is not accepted", "a value within the limits of the field")
	}
	return &faults
}

// constrained is the column, or the rule, of a check constraint: they are named
// "<table>_<column or rule>_check". "" when no constraint was the matter.
func constrained(answer *pgconn.PgError) string {
	name, isCheck := strings.CutSuffix(answer.ConstraintName, "_check")
	for _, table := range []string{
		"users", "trips", "trip_collaborators", "itinerary_items", "chat_sessions", "chat_messages", "memories",
		"api_keys", "idempotency_keys",
	} {
		if rule, ok := strings.CutPrefix(name, table+"_"); ok && isCheck {
			return rule
		}
	}
	return answer.ColumnName
}

// isCollision says whether transactions got into each other's way, so that the server undid one.
func isCollision(err error) bool {
	state := sqlState(err)
	return state == "40001" || state == "40P01"
}

// isStalePlan says whether a prepared statement is gone, or the tables have changed under it.
func isStalePlan(err error) bool {
	state := sqlState(err)
	return state == "26000" || state == "0A000"
}

// isBroken says whether the connection broke under a statement, which may have been carried out.
func isBroken(err error) bool {
	var known *service.Error
	if errors.As(err, &known) { // no connection was had in the first place
		return false
	}
	code := code(err)
	return code == service.CodeConnectionLost || code == service.CodeStarting
}

func sqlState(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// coded attaches the stable code to an error of pgx.
func coded(err error) error {
	return &service.Error{Code: code(err), Err: fmt.Errorf("database: %w", err)}
}

func code(err error) service.Code {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return serverCode(answer)
	}
	if strings.Contains(err.Error(), "server refused TLS connection") { // pgx has no type for it
		return service.CodeTLSFailed
	}
	if errors.Is(err, context.Canceled) {
		return service.CodeClientGone
	}
	if code, ok := service.NetworkCode(err); ok {
		return code
	}
	return service.CodeOf(err)
}

// serverCode maps SQLSTATEs, see "PostgreSQL Error Codes" in its manual.
func serverCode(answer *pgconn.PgError) service.Code {
	switch answer.Code {
	case "28000", "28P01": // no such role, or wrong password
		return service.CodeAuthenticationFailed
	case "3D000":
		return service.CodeDatabaseMissing
	case "53300":
		return service.CodeTooManyConnections
	case "57P01", "57P02", "57P03": // shutting down, crashed, starting
		return service.CodeStarting
	case "57014", "55P03", "40001", "40P01": // cancelled; no lock; still in each other's way at the second attempt
		return service.CodeTimeout
	case "25006": // a standby, or a server that its owner has closed for changes
		return service.CodeReadOnly
	case "42501":
		return service.CodeForbidden
	case "23514", "23502": // a check, or a value that is missing
		return service.CodeInvalid
	case "23503":
		return foreignKeyCode(answer.ConstraintName)
	case "23505":
		return service.CodeConflict
	case "42P01", "42703", "42704", "42883", "3F000": // no such table, column, type, function, schema
		return service.CodeSchemaUnknown
	case "54000": // raised by a trigger for limits on how many
		return service.CodeTooMany
	}
	switch answer.Code[:min(2, len(answer.Code))] {
	case "22": // what was sent does not fit its type: NUL characters, bad UTF-8, out of range
		return service.CodeInvalid
	case "08":
		return service.CodeConnectionLost
	case "53": // no disk, no memory
		return service.CodeDependencyDown
	default:
		return service.CodeInternal
	}
}

// foreignKeyCode names what went missing while a row that belongs to it was on its way.
func foreignKeyCode(constraint string) service.Code {
	if strings.HasSuffix(constraint, "_user_id_fkey") {
		return service.CodeUserUnknown
	}
	return service.CodeNotFound
}
