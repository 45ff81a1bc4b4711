package httpapi

// resourceRoutes are the routes of what users have: trips, chats, memories, keys and themselves.
func (a *API) resourceRoutes() []route {
	return nil
}
