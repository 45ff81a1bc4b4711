package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tripsage/infrastructure/service"
)

// pgDate reads a date.
type pgDate struct{ service.Date }

// ScanDate implements pgtype.DateScanner.
func (d *pgDate) ScanDate(v pgtype.Date) error {
	if !v.Valid || v.InfinityModifier != pgtype.Finite {
		return errors.New("a date that is no day of the calendar")
	}
	d.Date = service.DateOf(v.Time)
	return nil
}
