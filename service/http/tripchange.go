package httpapi

import (
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// tripChange is the body of a change of a trip.
type tripChange struct {
	Name        optional[string]       `json:"name"`
	Destination optional[string]       `json:"destination"`
	StartDate   optional[service.Date] `json:"start_date"`
	EndDate     optional[service.Date] `json:"end_date"`
	Notes       optional[string]       `json:"notes"`
	BudgetCents clearable[int64]       `json:"budget_cents"`
	Currency    optional[string]       `json:"currency"`
}

func (c tripChange) domain() service.TripChange {
	return service.TripChange{
		Name: c.Name.value, Destination: c.Destination.value,
		StartDate: c.StartDate.value, EndDate: c.EndDate.value,
		Notes: c.Notes.value, BudgetCents: c.BudgetCents.value, NoBudget: c.BudgetCents.cleared, Currency: c.Currency.value,
	}
}

func (a *API) changeTrip(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	version, err := expectedVersion(r, &faults)
	if err != nil {
		return err
	}
	body, err := decode[tripChange](r, &faults)
	if err != nil {
		return err
	}
	change := body.domain()
	rules{&faults}.change(change)
	if err := faults.Err(); err != nil {
		return err
	}
	trip, err := a.Trips.UpdateTrip(r.Context(), by, id, version, change)
	if err != nil {
		return err
	}
	a.Observer.Count(service.EventTrip, "updated")
	return writeEntity(w, r, http.StatusOK, trip, trip.Version)
}

// change wants at least one field. Whether a day fits the one that stays is for the store, which
// knows it.
func (c rules) change(change service.TripChange) {
	if change == (service.TripChange{}) && len(c.faults.Faults) == 0 {
		c.add("body", "changes nothing", "at least one field")
	}
	if change.Name != nil {
		c.text("name", *change.Name, 1, maxName)
	}
	if change.Destination != nil {
		c.text("destination", *change.Destination, 1, maxName)
	}
	if change.Notes != nil {
		c.text("notes", *change.Notes, 0, maxNotes)
	}
	if change.StartDate != nil {
		c.day("start_date", *change.StartDate)
	}
	if change.EndDate != nil {
		c.day("end_date", *change.EndDate)
	}
	if change.Currency != nil {
		c.currency("currency", *change.Currency)
	}
	c.order(change.StartDate, change.EndDate)
	c.cents("budget_cents", change.BudgetCents)
}
