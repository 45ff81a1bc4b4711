package httpapi

import (
	"net/http"
	"strconv"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) tripRoutes() []route {
	const read, write = service.ScopeTripsRead, service.ScopeTripsWrite
	return []route{
		{method: http.MethodGet, pattern: "/trips", scope: read, handle: a.listTrips},
		{method: http.MethodPost, pattern: "/trips", scope: write, handle: a.createTrip},
		{method: http.MethodGet, pattern: "/trips/{id}", scope: read, handle: a.trip},
		{method: http.MethodPatch, pattern: "/trips/{id}", scope: write, handle: a.changeTrip},
		{method: http.MethodDelete, pattern: "/trips/{id}", scope: write, handle: a.deleteTrip},
		{method: http.MethodPost, pattern: "/trips/{id}/share", scope: write, handle: a.shareTrip, audit: service.AuditAccessGrant, object: "trip"},
		{method: http.MethodGet, pattern: "/trips/{id}/collaborators", scope: read, handle: a.collaborators},
		{method: http.MethodDelete, pattern: "/trips/{id}/collaborators/{user}", scope: write, handle: a.unshareTrip, audit: service.AuditAccessRevoke, object: "trip"},
	}
}

func (a *API) listTrips(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	page := pageOf(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	list, err := a.Trips.ListTrips(r.Context(), by, page)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (a *API) createTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	draft, err := decode[service.TripDraft](r, &faults)
	if err != nil {
		return err
	}
	check := rules{&faults}
	check.text("name", draft.Name, 1, maxName)
	check.text("destination", draft.Destination, 1, maxName)
	check.text("notes", draft.Notes, 0, maxNotes)
	check.day("start_date", draft.StartDate)
	check.day("end_date", draft.EndDate)
	check.order(&draft.StartDate, &draft.EndDate)
	check.cents("budget_cents", draft.BudgetCents)
	if draft.Currency != "" {
		check.currency("currency", draft.Currency)
	}
	once := onceOf(r, draft, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	made, err := a.Trips.CreateTrip(r.Context(), by, once, draft)
	if err != nil {
		return err
	}
	a.countNew(service.EventTrip, "created", made.Replayed)
	return writeCreated(w, r, "/trips/"+strconv.FormatInt(made.Value.ID, 10), made.Value, made.Value.Version, made.Replayed)
}

// order wants a trip to end no earlier than it starts.
func (c rules) order(start, end *service.Date) {
	if start != nil && end != nil && end.Before(*start) {
		c.add("end_date", "is before start_date", "the day of start_date, or a later one")
	}
}

// countNew counts something that was made, unless an earlier request made it.
func (a *API) countNew(event service.Event, label string, replayed bool) {
	if !replayed {
		a.Observer.Count(event, label)
	}
}

func (a *API) trip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	trip, err := a.Trips.Trip(r.Context(), by, id)
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, trip, trip.Version)
}

func (a *API) deleteTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id, version := pathID(r, "id", &faults), optionalVersion(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := a.Trips.DeleteTrip(r.Context(), by, id, version); err != nil {
		return err
	}
	a.Observer.Count(service.EventTrip, "deleted")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
