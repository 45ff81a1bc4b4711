package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/postgres/migrations"
)

// CheckSchema says whether this program can serve the database's schema. It can when the database
// has all of the program's migrations, and each one that the program does not know declares itself
// compatible with the program's last one. Otherwise the error has service.CodeSchemaUnknown and
// says what to do.
func (d *Database) CheckSchema(ctx context.Context) error {
	known, err := migrations.Embedded()
	if err != nil {
		return err
	}
	applied, err := migrations.History(ctx, d.probe)
	if err != nil {
		return coded(err)
	}
	if err := servable(known, applied); err != nil {
		return &service.Error{Code: service.CodeSchemaUnknown, Err: err}
	}
	return nil
}

// servable explains why a program that has the known migrations cannot serve a database that has
// the applied ones.
func servable(known []migrations.Migration, applied []migrations.Applied) error {
	newest := known[len(known)-1]
	for _, m := range known {
		if slices.ContainsFunc(applied, func(row migrations.Applied) bool { return row.Version == m.Version }) {
			continue
		}
		if len(applied) == 0 {
			return errors.New("the database has no schema yet: run the migrations (tripsage migrate up)")
		}
		return fmt.Errorf("the database lacks the migration %s, which this program needs: run the migrations (tripsage migrate up)", m.File())
	}
	var faults []error
	for _, row := range applied {
		unknown := !slices.ContainsFunc(known, func(m migrations.Migration) bool { return m.Version == row.Version })
		if unknown && row.CompatibleFrom > newest.Version {
			faults = append(faults, fmt.Errorf("the database has the migration %s_%s, which only works with programs of schema %s or later, "+
				"and this one is of %s: deploy a newer release, or roll the migration back", row.Version, row.Name, row.CompatibleFrom, newest.Version))
		}
	}
	return errors.Join(faults...)
}
