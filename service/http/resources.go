package httpapi

import (
	"net/http"
	"slices"
)

// resourceRoutes are the routes of what users have: trips, chats, memories, keys and themselves.
func (a *API) resourceRoutes() []route {
	return slices.Concat(
		a.tripRoutes(), a.itineraryRoutes(), a.chatRoutes(), a.searchRoutes(),
		a.memoryRoutes(), a.profileRoutes(), a.keyRoutes(),
		[]route{{method: http.MethodGet, pattern: "/openapi.json", serve: a.describe}},
	)
}
