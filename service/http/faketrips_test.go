package httpapi

import (
	"cmp"
	"context"
	"slices"

	"github.com/tripsage/infrastructure/service"
)

type fakeTrip struct {
	service.Trip
	helpers []service.Collaborator
	items   []service.Item
}

func (t *fakeTrip) role(user service.UserID) string {
	if t.Owner == user {
		return "owner"
	}
	for _, helper := range t.helpers {
		if helper.User == user {
			return helper.Role
		}
	}
	return ""
}

// seen returns a trip that the user may see, or also change.
func (f *fakes) seen(by service.Principal, id, version int64, roles ...string) (*fakeTrip, error) {
	trip, ok := f.trips[id]
	switch {
	case !ok || trip.role(by.User) == "":
		return nil, coded(service.CodeNotFound)
	case len(roles) > 0 && !slices.Contains(roles, trip.role(by.User)):
		return nil, coded(service.CodeForbidden)
	case version != 0 && version != trip.Version:
		return nil, coded(service.CodeConflict)
	}
	return trip, nil
}

func (f *fakes) CreateTrip(_ context.Context, by service.Principal, once service.Once, d service.TripDraft) (made service.Created[service.Trip], err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, replayed, err := f.once(by, once)
	if err != nil {
		return made, err
	}
	if !replayed {
		f.trips[id] = &fakeTrip{Trip: service.Trip{
			ID: id, Owner: by.User, Name: d.Name, Destination: d.Destination, StartDate: d.StartDate, EndDate: d.EndDate,
			Notes: d.Notes, BudgetCents: d.BudgetCents, Currency: cmp.Or(d.Currency, "EUR"), Version: 1, CreatedAt: aTime, UpdatedAt: aTime,
		}}
	}
	trip, ok := f.trips[id]
	if !ok {
		return made, coded(service.CodeReplayGone)
	}
	return service.Created[service.Trip]{Value: trip.Trip, Replayed: replayed}, nil
}

func (f *fakes) ListTrips(_ context.Context, by service.Principal, page service.Page) (service.List[service.Trip], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var own []service.Trip
	for _, trip := range sortedBy(f.trips, func(a, b *fakeTrip) int { return cmp.Compare(b.ID, a.ID) }) {
		if trip.role(by.User) != "" {
			own = append(own, trip.Trip)
		}
	}
	return cut(own, page)
}

func (f *fakes) Trip(_ context.Context, by service.Principal, id int64) (service.Trip, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	trip, err := f.seen(by, id, 0)
	if err != nil {
		return service.Trip{}, err
	}
	return trip.Trip, nil
}

func (f *fakes) UpdateTrip(_ context.Context, by service.Principal, id, version int64, c service.TripChange) (service.Trip, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	trip, err := f.seen(by, id, version, "owner", service.RoleEditor)
	if err != nil {
		return service.Trip{}, err
	}
	changed := trip.Trip
	put(&changed.Name, c.Name)
	put(&changed.Destination, c.Destination)
	put(&changed.StartDate, c.StartDate)
	put(&changed.EndDate, c.EndDate)
	put(&changed.Notes, c.Notes)
	put(&changed.Currency, c.Currency)
	if c.NoBudget {
		changed.BudgetCents = nil
	}
	if c.BudgetCents != nil {
		changed.BudgetCents = c.BudgetCents
	}
	if changed.EndDate.Before(changed.StartDate) {
		var faults service.Invalid
		faults.Add("end_date", "is before start_date", "a later day")
		return service.Trip{}, faults.Err()
	}
	changed.Version++
	trip.Trip = changed
	return changed, nil
}

func put[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

func (f *fakes) DeleteTrip(_ context.Context, by service.Principal, id, version int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.seen(by, id, version, "owner")
	if err == nil {
		delete(f.trips, id)
	}
	return err
}

func (f *fakes) ShareTrip(_ context.Context, by service.Principal, id int64, i service.Invitation) (service.Collaborator, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	trip, err := f.seen(by, id, 0, "owner")
	if err != nil {
		return service.Collaborator{}, err
	}
	if i.Email == "bob@example.com" {
		i.User = bob
	}
	if i.User != bob {
		return service.Collaborator{}, coded(service.CodeUserUnknown)
	}
	helper := service.Collaborator{User: i.User, Role: i.Role, AddedAt: aTime}
	trip.helpers = []service.Collaborator{helper}
	return helper, nil
}

func (f *fakes) Collaborators(_ context.Context, by service.Principal, id int64) ([]service.Collaborator, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	trip, err := f.seen(by, id, 0)
	if err != nil {
		return nil, err
	}
	return slices.Clone(trip.helpers), nil
}

func (f *fakes) UnshareTrip(_ context.Context, by service.Principal, id int64, user service.UserID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	trip, err := f.seen(by, id, 0)
	switch {
	case err != nil:
		return err
	case by.User != user && by.User != trip.Owner:
		return coded(service.CodeForbidden)
	case user == trip.Owner || trip.role(user) == "":
		return coded(service.CodeNotFound)
	}
	trip.helpers = slices.DeleteFunc(trip.helpers, func(c service.Collaborator) bool { return c.User == user })
	return nil
}
