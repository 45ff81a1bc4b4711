package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tripsage/infrastructure/service"
)

// searchPath is where tables, and the operators of extensions, are found.
const searchPath = "public, extensions"

// The settings of one request last until its transaction ends, so connections, and poolers in
// transaction mode, never carry them from one user to the next.
const (
	asUser = `select set_config('role', 'authenticated', true), set_config('search_path', '` + searchPath + `', true),
	set_config('request.jwt.claims', $1::text, true), set_config('tripsage.request_id', $2::text, true)`
	asAnybody = `select set_config('role', 'anon', true), set_config('search_path', '` + searchPath + `', true),
	set_config('request.jwt.claims', '', true), set_config('tripsage.request_id', $1::text, true)`
)

// work is the database's part of a request. Its statements travel together: one round trip, and
// one transaction, which is undone when any of them fails.
type work struct {
	name       string             // for the observer, such as "trips.list"
	by         *service.Principal // nil is anybody: the catalogue is public
	repeatable bool               // may be carried out twice, so it is sent again when the connection broke
	statements []statement
}

// run does the work and tells the observer.
func (d *Database) run(ctx context.Context, w work) error {
	ctx, end := d.observer.Operation(ctx, "database", w.name)
	err := d.try(ctx, w)
	end(err)
	return err
}

// Attempts for each kind of failure that another attempt may mend.
const (
	attemptsBroken    = 3 // a new connection may break too, while the server restarts
	attemptsCollision = 2 // transactions that got into each other's way
)

func (d *Database) try(ctx context.Context, w work) error {
	prologue := d.prologue(ctx, w.by)
	for attempt := 1; ; attempt++ {
		err := d.once(ctx, prologue, w.statements)
		if err == nil || ctx.Err() != nil || attempt >= attemptsFor(err, w.repeatable) {
			return fault(err)
		}
	}
}

func attemptsFor(err error, repeatable bool) int {
	switch {
	case isCollision(err):
		return attemptsCollision
	case pgconn.SafeToRetry(err), isStalePlan(err), repeatable && isBroken(err):
		return attemptsBroken
	default:
		return 1
	}
}

func (d *Database) prologue(ctx context.Context, by *service.Principal) statement {
	request := text(service.RequestID(ctx))
	if by == nil {
		return statement{sql: asAnybody, args: []param{request}}
	}
	return statement{sql: asUser, args: []param{{value: by.Claims}, request}}
}

// once sends everything at once and reads every result.
func (d *Database) once(ctx context.Context, prologue statement, statements []statement) error {
	conn, err := d.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	batch := &pgconn.Batch{}
	if err := d.add(ctx, conn, batch, prologue); err != nil {
		return err
	}
	for _, s := range statements {
		if err := d.add(ctx, conn, batch, s); err != nil {
			return err
		}
	}
	server := conn.Conn().PgConn()
	err = read(server.ExecBatch(ctx, batch), conn.Conn().TypeMap(), statements)
	switch {
	case err == nil:
	case isStalePlan(err):
		_ = server.Close(ctx) // its prepared statements are of no use any more
		d.renew(server)
	case isBroken(err):
		d.renew(server)
	}
	return err
}

// renew gives up the connections that are as old as one that broke: what broke it, a restart of the
// server or a change of its tables, has broken them too. They wait in the pool as if nothing was wrong.
func (d *Database) renew(broken *pgconn.PgConn) {
	opened, _ := broken.CustomData()[openedKey].(time.Time)
	d.renewal.Lock()
	defer d.renewal.Unlock()
	if opened.After(d.renewed) { // otherwise another request has done so since
		d.renewed = time.Now()
		d.pool.Reset()
	}
}

// add puts a statement into the batch: by name where the connection is direct, which saves the
// server parsing and planning it, and without one otherwise. A name costs a round trip when a
// connection sees the statement for the first time.
func (d *Database) add(ctx context.Context, conn *pgxpool.Conn, batch *pgconn.Batch, s statement) error {
	values, formats := make([][]byte, len(s.args)), make([]int16, len(s.args))
	for i, arg := range s.args {
		values[i], formats[i] = arg.value, arg.format
	}
	results := []int16{pgx.BinaryFormatCode}
	if !d.named {
		batch.ExecParams(s.sql, values, nil, formats, results)
		return nil
	}
	prepared, err := conn.Conn().Prepare(ctx, s.sql, s.sql)
	if err != nil {
		return err
	}
	batch.ExecPrepared(prepared.Name, values, formats, results)
	return nil
}

// read gives each statement its result. What the server says about a failure comes before what a
// statement's reader says about a result.
func read(results *pgconn.MultiResultReader, types *pgtype.Map, statements []statement) error {
	var unreadable error
	for i := -1; results.NextResult(); i++ { // the first one is the prologue's
		rows := pgx.RowsFromResultReader(types, results.ResultReader())
		if i >= 0 && statements[i].read != nil && unreadable == nil {
			unreadable = statements[i].read(rows)
		}
		rows.Close()
	}
	if err := results.Close(); err != nil {
		return err
	}
	return unreadable
}
