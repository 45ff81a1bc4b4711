package httpapi

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// addStops puts a detour on the scene's trip: to the west, to the east and half way back.
func (s *scene) addStops() {
	for i, longitude := range []float64{-9, -8, -8.5, -7} {
		s.make(s.fill("/trips/{id}/items"), fmt.Sprintf(
			`{"day":"2026-11-27","position":%d,"kind":"activity","title":"Stop","latitude":38.7,"longitude":%g,"cost_cents":100}`, i, longitude))
	}
	s.make(s.fill("/trips/{id}/items"), `{"day":"2026-11-27","kind":"meal","title":"Somewhere"}`)
}

func TestRoute(t *testing.T) {
	for _, alternatives := range []bool{false, true} {
		s := newScene(t, func(o *Options) { o.Features.AlternativeRoutes = alternatives })
		s.addStops()
		route := bodyOf(t, s.send(http.MethodGet, "/trips/{id}/route", ""))
		days := route["days"].([]any)
		require.Len(t, days, 2)
		assert.EqualValues(t, 1, route["items_without_place"])
		day := days[1].(map[string]any)
		assert.Equal(t, "2026-11-27", day["day"])
		assert.Len(t, day["stops"], 4)
		assert.Equal(t, route["distance_metres"], day["distance_metres"], "the other day has one stop")
		found, there := day["alternatives"].([]any)
		require.Equal(t, alternatives, there)
		if there {
			best := found[0].(map[string]any)
			assert.Equal(t, "ends", best["keeps"])
			assert.Equal(t, day["distance_metres"], best["distance_metres"].(float64)+best["saved_metres"].(float64))
			assert.NotContains(t, days[0], "alternatives", "one stop has one order")
		}
	}
}

func TestEstimate(t *testing.T) {
	s := newScene(t, func(o *Options) { o.Features.PricePrediction = false })
	trip := "/trips/" + s.make("/trips", `{"name":"Short","destination":"lisbon","start_date":"2026-07-01","end_date":"2026-07-04"}`)
	s.make(trip+"/items", `{"day":"2026-07-01","kind":"meal","title":"Lunch","cost_cents":1234}`)
	average := bodyOf(t, s.as(alice, http.MethodGet, trip+"/estimate", ""))
	assert.Equal(t, "average", average["method"])
	assert.EqualValues(t, 4, average["days"])
	assert.Equal(t, map[string]any{"currency": "EUR", "cents": 36000.0}, average["living"])
	assert.Equal(t, map[string]any{"currency": "EUR", "cents": 1234.0}, average["items"])
	assert.Equal(t, map[string]any{"currency": "EUR", "cents": 37234.0}, average["total"])

	s.Features.PricePrediction = true
	seasonal := bodyOf(t, s.as(alice, http.MethodGet, trip+"/estimate", ""))
	assert.Equal(t, "seasonal", seasonal["method"])
	assert.Equal(t, map[string]any{"currency": "EUR", "cents": 50400.0, "low_cents": 38880.0, "high_cents": 59400.0}, seasonal["living"])

	moved := s.as(alice, http.MethodPatch, trip, `{"destination":"Atlantis"}`, "If-Match", "*")
	require.Equal(t, http.StatusOK, moved.Code)
	nowhere := bodyOf(t, s.as(alice, http.MethodGet, trip+"/estimate", ""))
	assert.Nil(t, nowhere["destination"])
	assert.Nil(t, nowhere["total"])
	assert.Equal(t, average["items"], nowhere["items"])
}

func TestVeryLongItineraries(t *testing.T) {
	s := newScene(t, nil)
	trip := s.stores.trips[1]
	for i := int64(len(trip.items)); i < maxItinerary; i++ {
		trip.items = append(trip.items, service.Item{ID: 1000 + i, Trip: 1, Day: service.NewDate(2026, 1, 1), Title: "x", Kind: "other", Version: 1})
	}
	for _, address := range []string{"/trips/{id}/route", "/trips/{id}/estimate"} {
		assert.Equal(t, http.StatusOK, s.send(http.MethodGet, address, "").Code)
	}
	trip.items = append(trip.items, service.Item{ID: 5000, Trip: 1, Day: service.NewDate(2026, 1, 1), Title: "x", Kind: "other", Version: 1})
	for _, address := range []string{"/trips/{id}/route", "/trips/{id}/estimate"} {
		answer := s.send(http.MethodGet, address, "")
		assert.Equal(t, http.StatusConflict, answer.Code)
		assert.Equal(t, "too_many", bodyOf(t, answer)["code"])
	}
}
