package postgres

import (
	"context"
	"fmt"
	"net"
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
// transaction mode, never carry them from one user to the next. Nobody wants to read them, so they come
// back as the length of all of them together.
const (
	// Without its closing bracket.
	userSettings = `select octet_length(set_config('role', 'authenticated', true) || set_config('search_path', '` + searchPath + `', true)
	|| set_config('request.jwt.claims', $1::text, true) || set_config('tripsage.request_id', $2::text, true)`
	asUser = userSettings + `)`
	// What searches among vectors need beside, see memories.go.
	asUserSearching = userSettings + tuneSearch + `)`
	asAnybody       = `select octet_length(set_config('role', 'anon', true) || set_config('search_path', '` + searchPath + `', true)
	|| set_config('request.jwt.claims', '', true) || set_config('tripsage.request_id', $1::text, true))`
)

// work is the database's part of a request. Its statements travel together: one round trip, and
// one transaction, which is undone when any of them fails.
type work struct {
	name       string             // for the observer, such as "trips.list"
	by         *service.Principal // nil is anybody: the catalogue is public
	vectors    bool               // searches by distance
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
	prologue := w.prologue(ctx)
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

// prologue is the settings that the statements run under.
func (w work) prologue(ctx context.Context) statement {
	request := text(service.RequestID(ctx))
	switch {
	case w.by == nil:
		return statement{sql: asAnybody, args: []param{request}}
	case w.vectors:
		return statement{sql: asUserSearching, args: []param{{value: w.by.Claims}, request}}
	default:
		return statement{sql: asUser, args: []param{{value: w.by.Claims}, request}}
	}
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
	if err := ctx.Err(); err != nil { // nothing is sent, and nothing has to be given up
		return err
	}
	unwatch := watch(ctx, server.Conn())
	err = read(server.ExecBatch(context.WithoutCancel(ctx), batch), conn.Conn().TypeMap(), statements)
	ended, err := unwatch(err)
	switch {
	case err == nil && ended:
		// The answer was faster, but pgx may read ahead on a busy machine, and would keep what the
		// deadline did to that for the connection's next user.
		_ = server.Close(ctx)
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

// watch makes reads and writes of the connection fail when ctx ends. pgx does the same with a goroutine
// and two handovers to it for each batch, which costs several times as much, so it gets a context
// without an end. unwatch takes the batch's error, and returns whether ctx ended, which makes the
// connection one for nobody else, and why if that is what the error is.
func watch(ctx context.Context, conn net.Conn) (unwatch func(error) (ended bool, cause error)) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = conn.SetDeadline(time.Now()) // fails for a closed connection only
	})
	return func(err error) (bool, error) {
		if stop() {
			return false, err
		}
		<-done
		if pgconn.Timeout(err) {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return true, err
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
		if i < 0 || statements[i].read == nil || unreadable != nil {
			_, _ = results.ResultReader().Close() // its error is that of results
			continue
		}
		rows := pgx.RowsFromResultReader(types, results.ResultReader())
		unreadable = statements[i].read(rows)
		rows.Close()
	}
	if err := results.Close(); err != nil {
		return err
	}
	return unreadable
}
