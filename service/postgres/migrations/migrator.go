package migrations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Options say which database to migrate.
type Options struct {
	// URL is of the database, as a role that owns the schema; secret. It may lead through a pooler.
	URL string
	// Wait is how long to wait for a database that does not answer yet, and for another run.
	Wait time.Duration
	// Log is told what happens. Nothing that is secret is logged.
	Log *slog.Logger
}

// Migrator brings one database to the schema of a set of migrations. Any number of migrators, in
// any number of processes, may work on a database at the same time: every step is one transaction
// under one lock, and looks again at what has been done. A run that is killed leaves whole steps.
type Migrator struct {
	set     []Migration // the oldest first
	config  *pgx.ConnConfig
	options Options
}

// New prepares a migrator of a set, normally Embedded. It does not connect.
func New(set []Migration, options Options) (*Migrator, error) {
	// Parsed first because pgx quotes an unparsable URL, and cannot always hide its password.
	if _, err := url.Parse(options.URL); err != nil {
		return nil, errors.New("the database URL is not a valid URL; special characters in the password must be percent-encoded")
	}
	config, err := pgx.ParseConfig(options.URL)
	if err != nil {
		reason := errors.Unwrap(err)
		if reason == nil {
			reason = errors.New("a value cannot be parsed")
		}
		return nil, fmt.Errorf("the database URL is not accepted: %w; see its query parameters", reason)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // keeps no statements, which a pooler could lose
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	config.RuntimeParams["application_name"] = "tripsage-migrate"
	log := options.Log
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) {
		if notice.Severity == "WARNING" {
			log.Warn("database: "+notice.Message, slog.String("sqlstate", notice.Code))
		}
	}
	return &Migrator{set: set, config: config, options: options}, nil
}

const (
	connectTimeout = 5 * time.Second
	retryInterval  = 500 * time.Millisecond
	// lockKey is of the advisory lock that every step holds: "tripsage" in ASCII.
	lockKey int64 = 0x7472697073616765
)

// connect waits for a database that is not there yet.
func (m *Migrator) connect(ctx context.Context) (*pgx.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, m.options.Wait)
	defer cancel()
	for said := false; ; said = true {
		conn, err := pgx.ConnectConfig(waiting, m.config.Copy())
		if err == nil {
			return conn, nil
		}
		if waiting.Err() != nil {
			return nil, fmt.Errorf("the database did not answer within %s: %w", m.options.Wait, err)
		}
		if hopeless(err) {
			return nil, fmt.Errorf("connecting to the database: %w", err)
		}
		if !said {
			m.options.Log.Info("waiting for the database", slog.String("timeout", m.options.Wait.String()), slog.String("reason", err.Error()))
		}
		select {
		case <-waiting.Done():
		case <-time.After(retryInterval):
		}
	}
}

// hopeless says whether waiting cannot help: the server answered, and refused.
func hopeless(err error) bool {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Code {
	case "28000", "28P01", "3D000", "42501": // no such role, wrong password, no such database, not allowed
		return true
	}
	return false
}

// session runs work on a connection of its own.
func (m *Migrator) session(ctx context.Context, work func(*pgx.Conn) error) error {
	conn, err := m.connect(ctx)
	if err != nil {
		return err
	}
	err = work(conn)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectTimeout)
	defer cancel()
	_ = conn.Close(closing) // what counts was committed or has failed
	return err
}

// step runs work in one transaction that holds the lock.
func (m *Migrator) step(ctx context.Context, conn *pgx.Conn, work func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := m.lock(ctx, tx); err != nil {
			return err
		}
		return work(tx)
	})
}

// limits keep a step from standing in the way of a running service: DDL waits behind the longest
// query, and everything that comes later waits behind the DDL. A client that is gone frees the lock.
const limits = `set local lock_timeout = '10s'; set local statement_timeout = '30min';
	set local client_connection_check_interval = '2s'`

func (m *Migrator) lock(ctx context.Context, tx pgx.Tx) error {
	var got bool
	if err := tx.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", lockKey).Scan(&got); err != nil {
		return err
	}
	if !got {
		m.options.Log.Info("another migration is running; waiting for it", slog.String("timeout", m.options.Wait.String()))
		if err := m.waitForLock(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, limits, pgx.QueryExecModeSimpleProtocol)
	return err
}

func (m *Migrator) waitForLock(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, fmt.Sprintf("set local lock_timeout = %d", m.options.Wait.Milliseconds())); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", lockKey)
	if sqlState(err) == "55P03" {
		return fmt.Errorf("another migration still runs after %s; see pg_stat_activity for application_name tripsage-migrate", m.options.Wait)
	}
	return err
}

func sqlState(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}
