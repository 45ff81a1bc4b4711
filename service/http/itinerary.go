package httpapi

import (
	"fmt"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) itineraryRoutes() []route {
	const read, write = service.ScopeTripsRead, service.ScopeTripsWrite
	return []route{
		{method: http.MethodGet, pattern: "/trips/{id}/items", scope: read, handle: a.listItems},
		{method: http.MethodPost, pattern: "/trips/{id}/items", scope: write, handle: a.addItem},
		{method: http.MethodGet, pattern: "/trips/{id}/items/{item}", scope: read, handle: a.item},
		{method: http.MethodPut, pattern: "/trips/{id}/items/{item}", scope: write, handle: a.replaceItem},
		{method: http.MethodDelete, pattern: "/trips/{id}/items/{item}", scope: write, handle: a.deleteItem},
		{method: http.MethodGet, pattern: "/trips/{id}/route", scope: read, handle: a.wayThrough},
		{method: http.MethodGet, pattern: "/trips/{id}/estimate", scope: read, handle: a.estimate},
	}
}

func (a *API) listItems(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip, page := pathID(r, "id", &faults), pageOf(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	list, err := a.Itineraries.ListItems(r.Context(), by, trip, page)
	if err != nil {
		return err
	}
	return writeList(w, r, list)
}

func (a *API) addItem(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip := pathID(r, "id", &faults)
	draft, err := decodeItem(r, &faults)
	if err != nil {
		return err
	}
	once := onceOf(r, draft, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	made, err := a.Itineraries.AddItem(r.Context(), by, trip, once, draft)
	if err != nil {
		return err
	}
	location := fmt.Sprintf("/trips/%d/items/%d", trip, made.Value.ID)
	return writeCreated(w, r, location, made.Value, made.Value.Version, made.Replayed)
}

func decodeItem(r *http.Request, faults *service.Invalid) (service.ItemDraft, error) {
	draft, err := decode[service.ItemDraft](r, faults)
	if err != nil {
		return draft, err
	}
	check := rules{faults}
	check.day("day", draft.Day)
	check.number("position", draft.Position, 0, maxPosition)
	check.oneOf("kind", draft.Kind, service.ItemKinds()...)
	check.text("title", draft.Title, 1, maxName)
	check.text("notes", draft.Notes, 0, maxNotes)
	check.degrees("latitude", draft.Latitude, 90)
	check.degrees("longitude", draft.Longitude, 180)
	if (draft.Latitude == nil) != (draft.Longitude == nil) {
		check.add("latitude", "and longitude come together", "both of them or neither")
	}
	check.cents("cost_cents", draft.CostCents)
	return draft, nil
}

func (a *API) item(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip, id := pathID(r, "id", &faults), pathID(r, "item", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	item, err := a.Itineraries.Item(r.Context(), by, trip, id)
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, item, item.Version)
}

func (a *API) replaceItem(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip, id := pathID(r, "id", &faults), pathID(r, "item", &faults)
	version, err := expectedVersion(r, &faults)
	if err != nil {
		return err
	}
	draft, err := decodeItem(r, &faults)
	if err != nil {
		return err
	}
	if err := faults.Err(); err != nil {
		return err
	}
	item, err := a.Itineraries.ReplaceItem(r.Context(), by, trip, id, version, draft)
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, item, item.Version)
}

func (a *API) deleteItem(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip, id, version := pathID(r, "id", &faults), pathID(r, "item", &faults), optionalVersion(r, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := a.Itineraries.DeleteItem(r.Context(), by, trip, id, version); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
