package migrations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Up prepares the database and applies what it lacks, in order. It returns how many migrations
// this call applied: another run at the same time may have applied some.
func (m *Migrator) Up(ctx context.Context) (applied int, err error) {
	err = m.session(ctx, func(conn *pgx.Conn) error {
		var todo []Migration
		err := m.step(ctx, conn, func(tx pgx.Tx) error {
			rows, err := history(ctx, tx)
			if err != nil {
				return err
			}
			if todo, err = pending(m.set, rows); err != nil {
				return err
			}
			return m.prepare(ctx, tx)
		})
		if err != nil {
			return err
		}
		for _, next := range todo {
			done, err := m.apply(ctx, conn, next)
			if err != nil {
				return err
			}
			applied += done
		}
		return nil
	})
	return applied, err
}

// apply returns 0 when another run was faster.
func (m *Migrator) apply(ctx context.Context, conn *pgx.Conn, next Migration) (done int, err error) {
	start := time.Now()
	err = m.step(ctx, conn, func(tx pgx.Tx) error {
		rows, err := history(ctx, tx)
		if err != nil {
			return err
		}
		todo, err := pending(m.set, rows)
		if err != nil || len(todo) == 0 || todo[0].Version != next.Version {
			return err
		}
		if err := script(ctx, tx, next.Up); err != nil {
			return fmt.Errorf("migration %s failed, and nothing of it remains: %w", next.File(), explain(err))
		}
		done = 1
		_, err = tx.Exec(ctx, "insert into private.schema_migrations (version, name, checksum, compatible_from) values ($1, $2, $3, $4)",
			next.Version, next.Name, next.Checksum, next.CompatibleFrom)
		return err
	})
	if err != nil {
		return 0, err
	}
	if done > 0 {
		m.options.Log.Info("applied", slog.String("migration", next.File()), slog.String("description", next.Description),
			slog.Int64("duration_ms", time.Since(start).Milliseconds()))
	}
	return done, nil
}

// Down rolls the last steps migrations back, the latest first, and deletes what they hold. Asking
// for more than there are is an error, and changes nothing.
func (m *Migrator) Down(ctx context.Context, steps int) (undone int, err error) {
	err = m.session(ctx, func(conn *pgx.Conn) error {
		var todo []Applied
		err := m.step(ctx, conn, func(tx pgx.Tx) error {
			rows, err := history(ctx, tx)
			if err != nil {
				return err
			}
			if _, err := pending(m.set, rows); err != nil {
				return err
			}
			if steps < 1 || steps > len(rows) {
				return fmt.Errorf("cannot roll %d migrations back: expected 1 to %d, as many as are applied", steps, len(rows))
			}
			todo = rows[len(rows)-steps:]
			for _, row := range todo {
				if !slices.ContainsFunc(m.set, func(known Migration) bool { return known.Version == row.Version }) {
					return fmt.Errorf("the migration %s_%s is a later release's: only that one can roll it back", row.Version, row.Name)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, last := range slices.Backward(todo) {
			done, err := m.undo(ctx, conn, last.Version)
			if err != nil {
				return err
			}
			undone += done
		}
		return nil
	})
	return undone, err
}

// undo returns 0 when another run was faster.
func (m *Migrator) undo(ctx context.Context, conn *pgx.Conn, version string) (done int, err error) {
	at := slices.IndexFunc(m.set, func(known Migration) bool { return known.Version == version })
	last := m.set[at] // pending has found it
	err = m.step(ctx, conn, func(tx pgx.Tx) error {
		rows, err := history(ctx, tx)
		if err != nil || len(rows) == 0 || rows[len(rows)-1].Version != version {
			return err
		}
		if err := script(ctx, tx, last.Down); err != nil {
			return fmt.Errorf("the rollback of %s failed, and nothing of it remains: %w", last.File(), explain(err))
		}
		done = 1
		_, err = tx.Exec(ctx, "delete from private.schema_migrations where version = $1", version)
		return err
	})
	if err != nil {
		return 0, err
	}
	if done > 0 {
		m.options.Log.Info("rolled back", slog.String("migration", last.File()))
	}
	return done, nil
}

// Status compares the database with the set, without changing anything.
func (m *Migrator) Status(ctx context.Context) (all []State, err error) {
	err = m.session(ctx, func(conn *pgx.Conn) error {
		rows, err := History(ctx, conn)
		all = states(m.set, rows)
		return err
	})
	return all, err
}

// script runs several statements at once. Unqualified names are made in public, and found there and
// where extensions are.
func script(ctx context.Context, tx pgx.Tx, sql string) error {
	if _, err := tx.Exec(ctx, "set local search_path = public, extensions"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	return err
}

// explain adds what the server says besides its message.
func explain(err error) error {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return err
	}
	switch {
	case answer.Code == "55P03":
		return fmt.Errorf("%w: a long transaction holds a table; run the migration again when it is over", err)
	case answer.Hint != "":
		return fmt.Errorf("%w: %s", err, answer.Hint)
	case answer.Where != "":
		return fmt.Errorf("%w (%s)", err, answer.Where)
	}
	return err
}
