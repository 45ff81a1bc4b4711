package service

import "context"

// Observer watches the work that adapters do for a request. cmd/api makes spans and metrics of it,
// so that no adapter knows how either is done.
type Observer interface {
	// Operation begins one piece of work: dependency is "database", "cache", "embedder" or
	// "realtime", name is fixed in the source, such as "trips.list". The caller calls end once,
	// with the work's error or nil. Nothing about a user may be in either.
	Operation(ctx context.Context, dependency, name string) (inner context.Context, end func(error))
	// Count adds one to a counter that has one label: an Event says which.
	Count(event Event, label string)
}

// Event is something worth counting that is not an operation.
type Event string

// The events, each with what its label says.
const (
	// EventCache has "<kind>:<result>", with result hit, miss, negative, shared (another request
	// of this process loaded it) or bypass (the cache did not work).
	EventCache Event = "cache"
	// EventSearch has what was searched: destinations or memories.
	EventSearch Event = "search"
	// EventTrip has what happened: created, updated, deleted or shared.
	EventTrip Event = "trip"
	// EventMessage has the role of a chat message that was added.
	EventMessage Event = "chat_message"
	// EventMemory has what happened: added or deleted.
	EventMemory Event = "memory"
	// EventRateLimit has the result: allowed, limited or local (the cache did not work, so this
	// process counted for itself).
	EventRateLimit Event = "rate_limit"
	// EventSocketOpened has "". EventSocketClosed has why: client, lost, slow, draining, expired, error.
	EventSocketOpened Event = "websocket_opened"
	EventSocketClosed Event = "websocket_closed"
	// EventSocketMessage has the table whose change was sent.
	EventSocketMessage Event = "websocket_message"
	// EventAuthentication has the result: accepted, or why not: missing, malformed, expired,
	// forged, audience, role, unavailable.
	EventAuthentication Event = "authentication"
)

// Unobserved watches nothing.
type Unobserved struct{}

// Operation returns ctx and does nothing at the end.
func (Unobserved) Operation(ctx context.Context, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// Count does nothing.
func (Unobserved) Count(Event, string) {}
