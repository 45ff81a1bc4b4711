package migrations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Applied is a migration that a database has, as noted in private.schema_migrations.
type Applied struct {
	Version, Name, Checksum, CompatibleFrom string
	AppliedAt                               time.Time
}

// Querier is a connection, a pool or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// History reads what a database has, the oldest first. A database that was never migrated has
// nothing.
func History(ctx context.Context, db Querier) ([]Applied, error) {
	rows, err := db.Query(ctx, "select version, name, checksum, compatible_from, applied_at from private.schema_migrations order by version")
	if err == nil {
		var all []Applied
		if all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Applied]); err == nil {
			return all, nil
		}
	}
	if state := sqlState(err); state == "42P01" || state == "3F000" { // no such table, no such schema
		return nil, nil
	}
	return nil, fmt.Errorf("reading private.schema_migrations: %w", err)
}

// history reads inside of a transaction, which a missing table would end.
func history(ctx context.Context, tx pgx.Tx) ([]Applied, error) {
	var there bool
	if err := tx.QueryRow(ctx, "select to_regclass('private.schema_migrations') is not null").Scan(&there); err != nil || !there {
		return nil, err
	}
	return History(ctx, tx)
}

// pending compares what a database has with the set, and returns what it lacks. What it has must
// be the beginning of the set, unchanged. After the whole set there may be migrations of a later
// release with which this one still works. All differences are in the one error.
func pending(set []Migration, applied []Applied) ([]Migration, error) {
	newest := ""
	if len(set) > 0 {
		newest = set[len(set)-1].Version
	}
	var faults []error
	for i, row := range applied {
		at := slices.IndexFunc(set, func(m Migration) bool { return m.Version == row.Version })
		switch {
		case at < 0 && i >= len(set) && row.CompatibleFrom <= newest:
			// A later release's, and this one works with the result: its image was put back.
		case at < 0:
			faults = append(faults, fmt.Errorf("the database has migration %s_%s, which this program does not know: "+
				"use the release that applied it, or a later one", row.Version, row.Name))
		case set[at].Checksum != row.Checksum:
			faults = append(faults, fmt.Errorf("migration %s was changed after it had been applied on %s: "+
				"restore the file as it was, and put the change into a new migration", set[at].File(), row.AppliedAt.UTC().Format(time.DateOnly)))
		case at > i && len(faults) == 0:
			faults = append(faults, fmt.Errorf("migration %s was never applied, but the later %s_%s was: "+
				"give it a version after %s", set[i].File(), row.Version, row.Name, applied[len(applied)-1].Version))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return set[min(len(applied), len(set)):], nil
}

// State is a migration's place in a database's history.
type State struct {
	Version, Name, Description string
	AppliedAt                  time.Time // zero when it is to be applied yet
	Word                       string    // one of StateApplied and so on
}

// The states of a migration.
const (
	StateApplied = "applied"
	StatePending = "pending" // to be applied
	StateChanged = "changed" // applied from another file than this program's
	StateUnknown = "unknown" // applied by another program; this one does not have it
)

// states lists what the set or the database has, the oldest first.
func states(set []Migration, applied []Applied) []State {
	var all []State
	for _, m := range set {
		state := State{Version: m.Version, Name: m.Name, Description: m.Description, Word: StatePending}
		if at := slices.IndexFunc(applied, func(row Applied) bool { return row.Version == m.Version }); at >= 0 {
			state.AppliedAt, state.Word = applied[at].AppliedAt, StateApplied
			if applied[at].Checksum != m.Checksum {
				state.Word = StateChanged
			}
		}
		all = append(all, state)
	}
	for _, row := range applied {
		if !slices.ContainsFunc(set, func(m Migration) bool { return m.Version == row.Version }) {
			all = append(all, State{Version: row.Version, Name: row.Name, AppliedAt: row.AppliedAt, Word: StateUnknown})
		}
	}
	slices.SortFunc(all, func(a, b State) int { return cmp.Compare(a.Version, b.Version) })
	return all
}
