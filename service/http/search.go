package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

func (a *API) searchRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/search/destinations", scope: service.ScopeSearch, handle: a.searchDestinations},
		{method: http.MethodGet, pattern: "/destinations/{id}", scope: service.ScopeSearch, handle: a.destination},
	}
}

func (a *API) searchDestinations(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
	var faults service.Invalid
	parameters := queryOf(r, &faults)
	query := service.DestinationQuery{
		Text:    normal(parameters.text("q", maxSearch)),
		Limit:   parameters.number("limit", defaultPage, 1, maxFound),
		Blended: a.Features.NewSearch,
	}
	if err := faults.Err(); err != nil {
		return err
	}
	a.Observer.Count(service.EventSearch, "destinations")
	data, err := a.Cache.Fetch(r.Context(), service.CacheSearch, searchKey(query), func(ctx context.Context) ([]byte, error) {
		found, err := a.Destinations.SearchDestinations(ctx, query)
		if err != nil {
			return nil, err
		}
		answer := page[service.Destination]{Items: make([]service.Destination, len(found))}
		for i := range found {
			answer.Items[i] = tagged(found[i])
		}
		return json.Marshal(answer)
	})
	if err != nil {
		return err
	}
	writeStored(w, r, http.StatusOK, data)
	return nil
}

// normal makes texts equal that mean the same to a search, so that they share an answer.
func normal(text string) string { return strings.Join(strings.Fields(strings.ToLower(text)), " ") }

// searchKey names an answer. Both ways to rank keep their own, as pods that differ in the switch may
// share a cache during a release. The text comes last, so no text can look like another part.
func searchKey(query service.DestinationQuery) string {
	rank := "words"
	if query.Blended {
		rank = "blended"
	}
	return rank + "/" + strconv.Itoa(query.Limit) + "/" + query.Text
}

// tagged has a list of tags even when it is empty: null would be another type.
func tagged(place service.Destination) service.Destination {
	if place.Tags == nil {
		place.Tags = []string{}
	}
	return place
}

func (a *API) destination(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
	var faults service.Invalid
	id := pathID(r, "id", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	key := "destination/" + strconv.FormatInt(id, 10)
	data, err := a.Cache.Fetch(r.Context(), service.CacheStatic, key, func(ctx context.Context) ([]byte, error) {
		place, err := a.Destinations.Destination(ctx, id)
		if err != nil {
			return nil, err
		}
		return json.Marshal(tagged(place))
	})
	if err != nil {
		return err
	}
	writeStored(w, r, http.StatusOK, data)
	return nil
}
