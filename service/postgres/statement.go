package postgres

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

// statement is SQL that is fixed in the source; whatever a client sent is in the arguments.
type statement struct {
	sql  string
	args []param              // $1 first
	read func(pgx.Rows) error // takes the result; nil where nobody wants it
}

// query is a statement that returns rows: into takes them.
func query(sql string, into func(pgx.Rows) error, args ...param) statement {
	return statement{sql: sql, args: args, read: into}
}

// one takes exactly one row. Without a row the error is CodeNotFound.
func one[T any](into *T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		value, err := pgx.CollectExactlyOneRow(rows, scan)
		if err != nil {
			return err
		}
		*into = value
		return nil
	}
}

// perhaps takes one row or none: then into stays nil.
func perhaps[T any](into **T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		*into = nil
		found, err := pgx.CollectRows(rows, scan)
		if len(found) > 0 {
			*into = &found[0]
		}
		return err
	}
}

// many takes all rows; never nil, so that JSON shows an empty list.
func many[T any](into *[]T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, scan)
		*into = found
		return err
	}
}

// param is an argument as it travels: PostgreSQL's text form, or its binary one where that is
// worth it. A nil value is NULL. The server learns the type from where the statement uses it.
type param struct {
	value  []byte
	format int16
}

func text[T ~string](value T) param { return param{value: []byte(value)} }

// textOrNull has NULL for "".
func textOrNull(value string) param {
	if value == "" {
		return param{}
	}
	return text(value)
}

func number[T ~int | ~int64](value T) param {
	return param{value: strconv.AppendInt(nil, int64(value), 10)}
}

func boolean(value bool) param { return param{value: strconv.AppendBool(nil, value)} }

func float(value float64) param { return param{value: strconv.AppendFloat(nil, value, 'g', -1, 64)} }

func day(value service.Date) param { return text(value.String()) }

// moment keeps the microseconds that PostgreSQL has.
func moment(value time.Time) param { return text(value.UTC().Format("2006-01-02T15:04:05.999999Z")) }

func octets(value []byte) param { return param{value: value, format: pgx.BinaryFormatCode} }

// object is JSON; nil stands for {}.
func object(value json.RawMessage) param {
	if value == nil {
		return text("{}")
	}
	return param{value: value}
}

// optional is NULL for nil.
func optional[T any](value *T, as func(T) param) param {
	if value == nil {
		return param{}
	}
	return as(*value)
}
