package service

import (
	"context"
	"time"
)

// ItemKinds are the kinds of itinerary items.
func ItemKinds() []string {
	return []string{"activity", "accommodation", "transport", "meal", "other"}
}

// Item is one thing to do on a trip.
type Item struct {
	ID        int64     `json:"id"`
	Trip      int64     `json:"trip_id"`
	Day       Date      `json:"day"`
	Position  int       `json:"position"` // order within the day, from 0
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	Notes     string    `json:"notes"`
	Latitude  *float64  `json:"latitude"`  // degrees north, with Longitude or without both
	Longitude *float64  `json:"longitude"` // degrees east
	CostCents *int64    `json:"cost_cents"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ItemDraft is what a client decides about an item. An update replaces all of it.
type ItemDraft struct {
	Day       Date     `json:"day"`
	Position  int      `json:"position"`
	Kind      string   `json:"kind"`
	Title     string   `json:"title"`
	Notes     string   `json:"notes"`
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	CostCents *int64   `json:"cost_cents"`
}

// Itineraries stores the items of trips, under the rules of Trips. A day outside of the trip is
// CodeInvalid.
type Itineraries interface {
	AddItem(ctx context.Context, by Principal, trip int64, once Once, draft ItemDraft) (Created[Item], error)
	// ListItems goes by day, position and id.
	ListItems(ctx context.Context, by Principal, trip int64, page Page) (List[Item], error)
	Item(ctx context.Context, by Principal, trip, id int64) (Item, error)
	ReplaceItem(ctx context.Context, by Principal, trip, id, version int64, draft ItemDraft) (Item, error)
	DeleteItem(ctx context.Context, by Principal, trip, id, version int64) error
}
