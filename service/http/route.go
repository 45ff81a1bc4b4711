package httpapi

import (
	"context"
	"net/http"

	"github.com/tripsage/infrastructure/service"
)

// maxItinerary is the most items of a trip that are looked at together.
const maxItinerary = 1000

// itinerary returns all items of a trip.
func (a *API) itinerary(ctx context.Context, by service.Principal, trip int64) ([]service.Item, error) {
	var all []service.Item
	page := service.Page{Limit: service.MaxPage}
	for {
		list, err := a.Itineraries.ListItems(ctx, by, trip, page)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		switch {
		case len(all) > maxItinerary || len(all) == maxItinerary && list.Next != "":
			return nil, &service.Error{Code: service.CodeTooMany} // half of them would be a wrong answer
		case list.Next == "":
			return all, nil
		}
		page.After = list.Next
	}
}

// wayThrough answers with the route of a trip.
func (a *API) wayThrough(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	var faults service.Invalid
	trip := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	items, err := a.itinerary(r.Context(), by, trip)
	if err != nil {
		return err
	}
	return writeEntity(w, r, http.StatusOK, service.NewRoute(items, a.Features.AlternativeRoutes), 0)
}
