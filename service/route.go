package service

import "math"

// Place is a point on Earth, in degrees.
type Place struct {
	Latitude  float64 `json:"latitude"`  // -90 to 90, north is positive
	Longitude float64 `json:"longitude"` // -180 to 180, east is positive
}

// earthRadius is the mean radius R1 of WGS 84, in metres.
const earthRadius = 6_371_008.8

// MetresTo is the great-circle distance (haversine formula), rounded to whole metres. Whole numbers
// add up to the same sum in every order and on every processor.
func (p Place) MetresTo(q Place) int64 {
	const radian = math.Pi / 180
	halfLat := (q.Latitude - p.Latitude) * radian / 2
	halfLon := (q.Longitude - p.Longitude) * radian / 2
	h := math.Pow(math.Sin(halfLat), 2) +
		math.Cos(p.Latitude*radian)*math.Cos(q.Latitude*radian)*math.Pow(math.Sin(halfLon), 2)
	return int64(math.Round(2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))))
}

// Stop is an item of an itinerary that has a place.
type Stop struct {
	Item  int64  `json:"item_id"`
	Title string `json:"title"`
	Kind  string `json:"kind"`
	Place
	// Metres are those from the stop before, in a straight line; 0 at the first of a day.
	Metres int64 `json:"distance_metres"`
}

// What an Alternative keeps of the planned order.
const (
	KeepsEnds    = "ends"    // the first and the last stop, such as two hotels
	KeepsNothing = "nothing" // any order goes
)

// Alternative is a shorter order of the same stops.
type Alternative struct {
	Keeps  string `json:"keeps"`
	Metres int64  `json:"distance_metres"`
	Saved  int64  `json:"saved_metres"` // compared with the planned order, at least 1
	Stops  []Stop `json:"stops"`
}

// DayRoute is the way of one day.
type DayRoute struct {
	Day    Date   `json:"day"`
	Metres int64  `json:"distance_metres"`
	Stops  []Stop `json:"stops"` // as planned
	// Alternatives are nil when nobody asked for them, and empty when the plan is as short as they
	// are. The one that keeps the ends comes first; the other is there only if it is shorter still.
	Alternatives []Alternative `json:"alternatives,omitempty"`
}

// Route is the way through a trip, day by day. The way from one day to the next is not in it.
type Route struct {
	Metres int64      `json:"distance_metres"`
	Days   []DayRoute `json:"days"`
	// Placeless counts the items without coordinates, which have no part in the route.
	Placeless int `json:"items_without_place"`
}

// MaxReordered is the most stops of a day that alternatives are looked for. The work grows with the
// cube of it.
const MaxReordered = 100

// NewRoute lays the way through items, which go by day, position and id. Days without a place are
// left out.
func NewRoute(items []Item, alternatives bool) Route {
	route := Route{Days: []DayRoute{}}
	for _, item := range items {
		if item.Latitude == nil || item.Longitude == nil {
			route.Placeless++
			continue
		}
		if n := len(route.Days); n == 0 || route.Days[n-1].Day != item.Day {
			route.Days = append(route.Days, DayRoute{Day: item.Day})
		}
		day := &route.Days[len(route.Days)-1]
		day.Stops = append(day.Stops, Stop{
			Item: item.ID, Title: item.Title, Kind: item.Kind, Place: Place{*item.Latitude, *item.Longitude},
		})
	}
	for i := range route.Days {
		day := &route.Days[i]
		day.Metres = measure(day.Stops)
		route.Metres += day.Metres
		if alternatives {
			day.Alternatives = shorter(day.Stops, day.Metres)
		}
	}
	return route
}

// shorter returns the orders that are shorter than the planned one of that length.
func shorter(planned []Stop, length int64) []Alternative {
	found := []Alternative{}
	if len(planned) > MaxReordered {
		return found
	}
	places := make([]Place, len(planned))
	for i, stop := range planned {
		places[i] = stop.Place
	}
	best := length
	for _, keeps := range []string{KeepsEnds, KeepsNothing} {
		order := ShortOrder(places, keeps == KeepsEnds)
		stops := make([]Stop, len(planned))
		for i, at := range order {
			stops[i] = planned[at]
		}
		if metres := measure(stops); metres < best {
			best = metres
			found = append(found, Alternative{Keeps: keeps, Metres: metres, Saved: length - metres, Stops: stops})
		}
	}
	return found
}

// measure sets the distances of stops in their order, and returns their sum.
func measure(stops []Stop) (sum int64) {
	for i := range stops {
		stops[i].Metres = 0
		if i > 0 {
			stops[i].Metres = stops[i-1].MetresTo(stops[i].Place)
		}
		sum += stops[i].Metres
	}
	return sum
}
