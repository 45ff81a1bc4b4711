package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tripsage/infrastructure/service"
)

const (
	itemFields = `id, trip_id, day, position, kind, title, notes, latitude, longitude, cost_cents, version,
	created_at, updated_at`

	insertItem = `with made as (insert into itinerary_items
	(trip_id, day, position, kind, title, notes, latitude, longitude, cost_cents)
	select t.id, $5, $6, $7, $8, $9, $10, $11, $12 from trips t
	where t.id = $4 and $5::date between t.start_date and t.end_date and private.may_edit_trip(t.id)
	returning *)` + keepKeyOf + `item` + keepKeyEnd + `select ` + itemFields + ` from made`
	replayItem = `select r.id, r.trip_id, r.day, r.position, r.kind, r.title, r.notes, r.latitude, r.longitude,
	r.cost_cents, r.version, r.created_at, r.updated_at from itinerary_items` + keptResource

	selectItem = `select ` + itemFields + ` from itinerary_items where trip_id = $1 and id = $2`
	listItems  = `select ` + itemFields + ` from itinerary_items
	where trip_id = $1 and (day, position, id) > ($2, $3, $4) order by day, position, id limit $5`
)

func scanItem(row pgx.CollectableRow) (i service.Item, err error) {
	var on pgDate
	err = row.Scan(&i.ID, &i.Trip, &on, &i.Position, &i.Kind, &i.Title, &i.Notes, &i.Latitude, &i.Longitude,
		&i.CostCents, &i.Version, &i.CreatedAt, &i.UpdatedAt)
	i.Day = on.Date
	return i, err
}

func itemArgs(draft service.ItemDraft) []param {
	return []param{
		day(draft.Day), number(draft.Position), text(draft.Kind), text(draft.Title), text(draft.Notes),
		optional(draft.Latitude, float), optional(draft.Longitude, float), optional(draft.CostCents, number),
	}
}

// AddItem is for the trip's owner and editors.
func (d *Database) AddItem(
	ctx context.Context, by service.Principal, trip int64, once service.Once, draft service.ItemDraft,
) (service.Created[service.Item], error) {
	var seen *access
	how := creation[service.Item]{name: "items.add", kind: "item", insert: insertItem, replay: replayItem, scan: scanItem}
	args := append([]param{number(trip)}, itemArgs(draft)...)
	made, replayed, err := create(ctx, d, by, once, how, args, tripAccess(by, trip, &seen))
	if err == nil && made == nil {
		err = seen.whyNoItem(draft.Day)
	}
	return created(made, replayed, err)
}

// Item is one item of a trip that the principal may see.
func (d *Database) Item(ctx context.Context, by service.Principal, trip, id int64) (item service.Item, err error) {
	err = d.run(ctx, work{name: "items.get", by: &by, repeatable: true, statements: []statement{
		query(selectItem, one(&item, scanItem), number(trip), number(id)),
	}})
	return item, err
}

// itemKey is the order of ListItems.
type itemKey struct {
	Day      service.Date `json:"day"`
	Position int          `json:"position"`
	ID       int64        `json:"id"`
}

// ListItems has the items of a trip that the principal may see, day by day.
func (d *Database) ListItems(
	ctx context.Context, by service.Principal, trip int64, page service.Page,
) (service.List[service.Item], error) {
	const list = "items"
	place, err := after[itemKey](list, page)
	if err != nil {
		return service.List[service.Item]{}, err
	}
	from := []param{text("-infinity"), number(0), number(0)}
	if place != nil {
		from = []param{day(place.Day), number(place.Position), number(place.ID)}
	}
	var (
		found []service.Item
		seen  *access
	)
	err = d.run(ctx, work{name: "items.list", by: &by, repeatable: true, statements: []statement{
		query(listItems, many(&found, scanItem), append(append([]param{number(trip)}, from...), number(page.Limit+1))...),
		tripAccess(by, trip, &seen),
	}})
	if err == nil {
		err = seen.refuse(service.RoleViewer)
	}
	if err != nil {
		return service.List[service.Item]{}, err
	}
	return pageOf(list, found, page, func(i service.Item) itemKey { return itemKey{i.Day, i.Position, i.ID} })
}
