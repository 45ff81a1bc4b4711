package httpapi

import (
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// estimate answers with what a trip may cost.
func (a *API) estimate(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	trip, err := a.Trips.Trip(r.Context(), by, id)
	if err != nil {
		return err
	}
	items, err := a.itinerary(r.Context(), by, id)
	if err != nil {
		return err
	}
	var place *service.Destination
	switch found, err := a.Destinations.DestinationNamed(r.Context(), trip.Destination); {
	case err == nil:
		place = &found
	case service.CodeOf(err) != service.CodeNotFound:
		return err
	}
	estimate := service.NewEstimate(trip, items, place, a.Features.PricePrediction)
	return writeEntity(w, r, http.StatusOK, estimate, 0)
}
