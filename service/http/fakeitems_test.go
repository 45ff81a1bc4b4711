package httpapi

import (
	"cmp"
	"context"
	"slices"

	"github.com/tripsage/infrastructure/service"
)

// placed says whether the day is one of the trip.
func placed(trip *fakeTrip, day service.Date) error {
	var faults service.Invalid
	if day.Before(trip.StartDate) || trip.EndDate.Before(day) {
		faults.Add("day", "is not a day of the trip", "a day from start_date to end_date")
	}
	return faults.Err()
}

func fill(item *service.Item, d service.ItemDraft) {
	item.Day, item.Position, item.Kind, item.Title, item.Notes = d.Day, d.Position, d.Kind, d.Title, d.Notes
	item.Latitude, item.Longitude, item.CostCents = d.Latitude, d.Longitude, d.CostCents
}

func (f *fakes) AddItem(_ context.Context, by service.Principal, trip int64, once service.Once, d service.ItemDraft) (made service.Created[service.Item], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, err := f.seen(by, trip, 0, "owner", service.RoleEditor)
	if err != nil {
		return made, err
	}
	if err := placed(t, d.Day); err != nil {
		return made, err
	}
	id, replayed, err := f.once(by, once)
	if err != nil {
		return made, err
	}
	if !replayed {
		item := service.Item{ID: id, Trip: trip, Version: 1, CreatedAt: aTime, UpdatedAt: aTime}
		fill(&item, d)
		t.items = append(t.items, item)
	}
	at, err := t.find(id)
	if err != nil {
		return made, coded(service.CodeReplayGone)
	}
	return service.Created[service.Item]{Value: t.items[at], Replayed: replayed}, nil
}

func (t *fakeTrip) find(id int64) (int, error) {
	at := slices.IndexFunc(t.items, func(i service.Item) bool { return i.ID == id })
	if at < 0 {
		return 0, coded(service.CodeNotFound)
	}
	return at, nil
}

func (f *fakes) ListItems(_ context.Context, by service.Principal, trip int64, page service.Page) (list service.List[service.Item], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, err := f.seen(by, trip, 0)
	if err != nil {
		return list, err
	}
	items := slices.Clone(t.items)
	slices.SortFunc(items, func(a, b service.Item) int {
		return cmp.Or(a.Day.Time().Compare(b.Day.Time()), cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	return cut(items, page)
}

func (f *fakes) Item(_ context.Context, by service.Principal, trip, id int64) (item service.Item, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, err := f.seen(by, trip, 0)
	if err != nil {
		return item, err
	}
	at, err := t.find(id)
	if err != nil {
		return item, err
	}
	return t.items[at], nil
}

func (f *fakes) ReplaceItem(_ context.Context, by service.Principal, trip, id, version int64, d service.ItemDraft) (item service.Item, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, at, err := f.changeable(by, trip, id, version)
	if err != nil {
		return item, err
	}
	if err := placed(t, d.Day); err != nil {
		return item, err
	}
	fill(&t.items[at], d)
	t.items[at].Version++
	return t.items[at], nil
}

func (f *fakes) changeable(by service.Principal, trip, id, version int64) (*fakeTrip, int, error) {
	t, err := f.seen(by, trip, 0, "owner", service.RoleEditor)
	if err != nil {
		return nil, 0, err
	}
	at, err := t.find(id)
	if err == nil && version != 0 && version != t.items[at].Version {
		err = coded(service.CodeConflict)
	}
	return t, at, err
}

func (f *fakes) DeleteItem(_ context.Context, by service.Principal, trip, id, version int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, at, err := f.changeable(by, trip, id, version)
	if err == nil {
		t.items = slices.Delete(t.items, at, at+1)
	}
	return err
}
