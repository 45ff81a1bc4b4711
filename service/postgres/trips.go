package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	tripFields = `id, user_id::text, name, destination, start_date, end_date, notes, budget_cents, currency, version,
	created_at, updated_at`

	insertTrip = `with made as (insert into trips
	(user_id, name, destination, start_date, end_date, notes, budget_cents, currency)
	values ($1, $4, $5, $6, $7, $8, $9, $10) returning *)` + keepKeyOf + `trip` + keepKeyEnd +
		`select ` + tripFields + ` from made`
	replayTrip = `select r.id, r.user_id::text, r.name, r.destination, r.start_date, r.end_date, r.notes,
	r.budget_cents, r.currency, r.version, r.created_at, r.updated_at from trips` + keptResource

	selectTrip = `select ` + tripFields + ` from trips where id = $1`

	// Own trips and those of others come from an index each, instead of a scan of all trips that asks
	// the policy about each.
	listTrips = `select ` + tripFields + ` from (
	(select * from trips where user_id = $1 and (start_date, id) < ($2, $3)
		order by start_date desc, id desc limit $4)
	union all
	(select t.* from trip_collaborators c join trips t on t.id = c.trip_id
		where c.user_id = $1 and t.user_id <> $1 and (t.start_date, t.id) < ($2, $3)
		order by t.start_date desc, t.id desc limit $4)
) visible order by start_date desc, id desc limit $4`

	// A row that the policies let nobody see or change is as good as none: whyNot tells them apart.
	updateTrip = `update trips set name = coalesce($3, name), destination = coalesce($4, destination),
	start_date = coalesce($5, start_date), end_date = coalesce($6, end_date), notes = coalesce($7, notes),
	budget_cents = case when $10::boolean then null else coalesce($8, budget_cents) end, currency = coalesce($9, currency), version = version + 1
	where id = $1 and $2::bigint in (0, version) returning ` + tripFields
	deleteTrip = `delete from trips where id = $1 and $2::bigint in (0, version) returning id`
)

func scanTrip(row pgx.CollectableRow) (t service.Trip, err error) {
	var start, end pgDate
	err = row.Scan(&t.ID, (*string)(&t.Owner), &t.Name, &t.Destination, &start, &end, &t.Notes, &t.BudgetCents,
		&t.Currency, &t.Version, &t.CreatedAt, &t.UpdatedAt)
	t.StartDate, t.EndDate = start.Date, end.Date
	return t, err
}

// CreateTrip makes a trip that belongs to the principal.
func (d *Database) CreateTrip(
	ctx context.Context, by service.Principal, once service.Once, draft service.TripDraft,
) (service.Created[service.Trip], error) {
	how := creation[service.Trip]{name: "trips.create", kind: "trip", insert: insertTrip, replay: replayTrip, scan: scanTrip}
	currency := draft.Currency
	if currency == "" {
		currency = "EUR"
	}
	made, replayed, err := create(ctx, d, by, once, how, []param{
		text(draft.Name), text(draft.Destination), day(draft.StartDate), day(draft.EndDate), text(draft.Notes),
		optional(draft.BudgetCents, number), text(currency),
	})
	return created(made, replayed, err)
}

// Trip is one trip that the principal may see.
func (d *Database) Trip(ctx context.Context, by service.Principal, id int64) (trip service.Trip, err error) {
	err = d.run(ctx, work{name: "trips.get", by: &by, repeatable: true, statements: []statement{
		query(selectTrip, one(&trip, scanTrip), number(id)),
	}})
	return trip, err
}

// tripKey is the order of ListTrips, both descending.
type tripKey struct {
	Start service.Date `json:"start"`
	ID    int64        `json:"id"`
}

// ListTrips has the principal's own trips and those shared with them, the latest start first.
func (d *Database) ListTrips(ctx context.Context, by service.Principal, page service.Page) (service.List[service.Trip], error) {
	const list = "trips"
	place, err := after[tripKey](list, page)
	if err != nil {
		return service.List[service.Trip]{}, err
	}
	start, id := text("infinity"), param{}
	if place != nil {
		start, id = day(place.Start), number(place.ID)
	}
	var found []service.Trip
	err = d.run(ctx, work{name: "trips.list", by: &by, repeatable: true, statements: []statement{
		query(listTrips, many(&found, scanTrip), text(by.User), start, id, number(page.Limit+1)),
	}})
	if err != nil {
		return service.List[service.Trip]{}, err
	}
	return pageOf(list, found, page, func(t service.Trip) tripKey { return tripKey{t.StartDate, t.ID} })
}

// UpdateTrip is for the owner and for editors.
func (d *Database) UpdateTrip(
	ctx context.Context, by service.Principal, id, version int64, change service.TripChange,
) (service.Trip, error) {
	var (
		changed *service.Trip
		seen    *access
	)
	err := d.run(ctx, work{name: "trips.update", by: &by, statements: []statement{
		query(updateTrip, perhaps(&changed, scanTrip), number(id), number(version),
			optional(change.Name, text), optional(change.Destination, text), optional(change.StartDate, day),
			optional(change.EndDate, day), optional(change.Notes, text), optional(change.BudgetCents, number),
			optional(change.Currency, text), boolean(change.NoBudget)),
		tripAccess(by, id, &seen),
	}})
	if err != nil {
		return service.Trip{}, err
	}
	if changed == nil {
		return service.Trip{}, seen.whyNot(service.RoleEditor, version)
	}
	return *changed, nil
}

// DeleteTrip is for the owner.
func (d *Database) DeleteTrip(ctx context.Context, by service.Principal, id, version int64) error {
	var (
		gone *int64
		seen *access
	)
	err := d.run(ctx, work{name: "trips.delete", by: &by, statements: []statement{
		query(deleteTrip, perhaps(&gone, pgx.RowTo[int64]), number(id), number(version)),
		tripAccess(by, id, &seen),
	}})
	if err == nil && gone == nil {
		err = seen.whyNot(roleOwner, version)
	}
	return err
}
