package service

import "context"

// Destination is a place of the catalogue, the same for everybody.
type Destination struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Country     string   `json:"country"`
	CountryCode string   `json:"country_code"` // ISO 3166-1 alpha-2
	Description string   `json:"description"`
	Tags        []string `json:"tags"`
	Latitude    float64  `json:"latitude"`  // degrees north
	Longitude   float64  `json:"longitude"` // degrees east
	// DailyCostCents is what a traveller spends in a day, as a yearly average in cents of EUR.
	DailyCostCents int64 `json:"daily_cost_cents"`
	// Season is the cost of each month, January first, in percent of the average.
	Season []int `json:"-"`
	// Score is how well the destination fits the query, higher is better; 0 without a query.
	Score float64 `json:"score,omitempty"`
}

// DestinationQuery is a search. Without a text it gives the most popular places.
type DestinationQuery struct {
	Text  string // as typed, at most 200 characters
	Limit int    // 1 to 50
	// Blended ranks by words, likeness and popularity at once (enable_new_search_algorithm).
	// Without it, likeness is asked only when no word fits.
	Blended bool
}

// Destinations is the catalogue.
type Destinations interface {
	SearchDestinations(ctx context.Context, query DestinationQuery) ([]Destination, error)
	Destination(ctx context.Context, id int64) (Destination, error)
	// DestinationNamed finds the place that a trip's free text most likely means, or CodeNotFound.
	DestinationNamed(ctx context.Context, text string) (Destination, error)
}
