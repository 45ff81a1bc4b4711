package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	itemFieldsOfI = `i.id, i.trip_id, i.day, i.position, i.kind, i.title, i.notes, i.latitude, i.longitude,
	i.cost_cents, i.version, i.created_at, i.updated_at`

	replaceItem = `update itinerary_items i set day = $4, position = $5, kind = $6, title = $7, notes = $8,
	latitude = $9, longitude = $10, cost_cents = $11, version = i.version + 1
	from trips t where i.id = $2 and i.trip_id = $1 and t.id = i.trip_id and $3::bigint in (0, i.version)
	and $4::date between t.start_date and t.end_date returning ` + itemFieldsOfI
	deleteItem = `delete from itinerary_items where id = $2 and trip_id = $1 and $3::bigint in (0, version) returning id`

	selectItemVersion = `select version from itinerary_items where trip_id = $1 and id = $2`
)

// whyNoItem explains why no item came to be in the trip on that day.
func (a *access) whyNoItem(on service.Date) error {
	if err := a.refuse(service.RoleEditor); err != nil {
		return err
	}
	if on.Before(a.start.Date) || a.end.Before(on) {
		var faults service.Invalid
		faults.Add("day", "is "+on.String()+", which is not a day of the trip", a.start.String()+" to "+a.end.String())
		return faults.Err()
	}
	// The trip, or the right to change it, came to be only after the attempt.
	return &service.Error{Code: service.CodeNotFound}
}

// whyNotItem explains why an item that should have had the expected version did not change. It is
// nil when nothing of that is the reason.
func (a *access) whyNotItem(version *int64, expected int64) error {
	switch {
	case a == nil || version == nil:
		return &service.Error{Code: service.CodeNotFound}
	case !a.may(service.RoleEditor):
		return a.refuse(service.RoleEditor)
	case expected != 0 && expected != *version:
		return &service.Error{Code: service.CodeConflict}
	default:
		return nil
	}
}

// ReplaceItem is for the trip's owner and editors.
func (d *Database) ReplaceItem(
	ctx context.Context, by service.Principal, trip, id, version int64, draft service.ItemDraft,
) (service.Item, error) {
	var (
		changed *service.Item
		seen    *access
		stored  *int64
	)
	args := append([]param{number(trip), number(id), number(version)}, itemArgs(draft)...)
	err := d.run(ctx, work{name: "items.replace", by: &by, statements: []statement{
		query(replaceItem, perhaps(&changed, scanItem), args...),
		query(selectItemVersion, perhaps(&stored, pgx.RowTo[int64]), number(trip), number(id)),
		tripAccess(by, trip, &seen),
	}})
	if err == nil && changed == nil {
		if err = seen.whyNotItem(stored, version); err == nil {
			err = seen.whyNoItem(draft.Day)
		}
	}
	if err != nil {
		return service.Item{}, err
	}
	return *changed, nil
}

// DeleteItem is for the trip's owner and editors.
func (d *Database) DeleteItem(ctx context.Context, by service.Principal, trip, id, version int64) error {
	var (
		gone   *int64
		seen   *access
		stored *int64
	)
	err := d.run(ctx, work{name: "items.delete", by: &by, statements: []statement{
		query(deleteItem, perhaps(&gone, pgx.RowTo[int64]), number(trip), number(id), number(version)),
		query(selectItemVersion, perhaps(&stored, pgx.RowTo[int64]), number(trip), number(id)),
		tripAccess(by, trip, &seen),
	}})
	if err == nil && gone == nil {
		if err = seen.whyNotItem(stored, version); err == nil {
			err = &service.Error{Code: service.CodeNotFound}
		}
	}
	return err
}
