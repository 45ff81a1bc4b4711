package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestServerCodes(t *testing.T) {
	for state, want := range map[string]service.Code{
		"28000": service.CodeAuthenticationFailed, "28P01": service.CodeAuthenticationFailed,
		"3D000": service.CodeDatabaseMissing, "53300": service.CodeTooManyConnections,
		"57P01": service.CodeStarting, "57P02": service.CodeStarting, "57P03": service.CodeStarting,
		"57014": service.CodeTimeout, "40001": service.CodeTimeout, "40P01": service.CodeTimeout,
		"42501": service.CodeForbidden, "23514": service.CodeInvalid, "22021": service.CodeInvalid, "22P05": service.CodeInvalid,
		"23505": service.CodeConflict, "54000": service.CodeTooMany, "42P01": service.CodeSchemaUnknown,
		"25006": service.CodeReadOnly, "53100": service.CodeDependencyDown, "53200": service.CodeDependencyDown,
		"08006": service.CodeConnectionLost, "42601": service.CodeInternal, "": service.CodeInternal,
	} {
		assert.Equal(t, want, serverCode(&pgconn.PgError{Code: state}), state)
	}
	assert.Equal(t, service.CodeUserUnknown, serverCode(&pgconn.PgError{Code: "23503", ConstraintName: "trips_user_id_fkey"}))
	assert.Equal(t, service.CodeNotFound, serverCode(&pgconn.PgError{Code: "23503", ConstraintName: "itinerary_items_trip_id_fkey"}))
	assert.Equal(t, service.CodeInternal, service.CodeOf(coded(errors.New("odd"))))
	assert.Equal(t, service.CodeTimeout, service.CodeOf(coded(fmt.Errorf("x: %w", context.DeadlineExceeded))))
	assert.Equal(t, service.CodeClientGone, service.CodeOf(fault(fmt.Errorf("x: %w", context.Canceled))))
	assert.Equal(t, service.CodeNotFound, service.CodeOf(fault(pgx.ErrNoRows)))
	assert.NoError(t, fault(nil))
}

// TestFaultsQuoteNothing: PostgreSQL's messages and details hold what the client sent.
func TestFaultsQuoteNothing(t *testing.T) {
	err := fault(&pgconn.PgError{
		Code: "23514", ConstraintName: "trips_name_check", TableName: "trips", Message: "new row violates",
		Detail: "Failing row contains (1, private words).",
	})
	faultIn(t, "name", err)
	var faults *service.Invalid
	require.ErrorAs(t, err, &faults)
	assert.NotContains(t, faults.Error()+err.Error(), "private words")
	err = fault(&pgconn.PgError{Code: "22P02", Message: `invalid input syntax for type uuid: "private words"`})
	faultIn(t, "body", err)
	assert.NotContains(t, err.Error(), "private words")
	assert.ErrorContains(t, err, "22P02")
}

// A collision is tried again once, whatever it was; a broken connection only when nothing can
// happen twice.
func TestAttempts(t *testing.T) {
	collision, broken := &pgconn.PgError{Code: "40P01"}, &pgconn.PgError{Code: "57P01"}
	refused := &service.Error{Code: service.CodePoolExhausted}
	for _, repeatable := range []bool{false, true} {
		assert.Equal(t, 2, attemptsFor(collision, repeatable))
		assert.Equal(t, 1, attemptsFor(refused, repeatable))
		assert.Equal(t, 1, attemptsFor(pgx.ErrNoRows, repeatable))
		assert.Equal(t, 3, attemptsFor(&pgconn.PgError{Code: "0A000"}, repeatable), "a statement was prepared for another schema")
	}
	assert.Equal(t, 3, attemptsFor(broken, true))
	assert.Equal(t, 1, attemptsFor(broken, false))
}

func TestVectorTravelsInBinary(t *testing.T) {
	sent := vector(service.Embedding{1, -2.5})
	assert.Equal(t, []byte{0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0}, sent.value)
	assert.Equal(t, int16(pgx.BinaryFormatCode), sent.format)
	assert.Len(t, vector(make(service.Embedding, service.Dimensions)).value, 4+4*service.Dimensions)
	assert.True(t, strings.HasPrefix(string(vector(make(service.Embedding, 1<<17)).value), "\xff\xff"), "too many to count")
}
