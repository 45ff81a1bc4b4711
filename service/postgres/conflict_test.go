package postgres

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// testNoLostUpdate has writers add one to the same number, each on top of what it read.
func testNoLostUpdate(t *testing.T, s stand) {
	const writers, each = 8, 10
	owner := someone()
	trip := s.trip(t, owner)
	_, err := s.UpdateTrip(t.Context(), owner, trip.ID, 1, service.TripChange{BudgetCents: ptr(int64(0))})
	require.NoError(t, err)
	item, err := s.AddItem(t.Context(), owner, trip.ID, service.Once{}, service.ItemDraft{Day: january(4), Kind: "other", Title: "0"})
	require.NoError(t, err)
	by := make([]service.Principal, writers)
	for i := range by {
		by[i] = s.share(t, owner, trip.ID, "editor")
	}
	atOnce(writers, func(i int) {
		for range each {
			addToBudget(t, s, by[i], trip.ID)
			addToPosition(t, s, by[i], trip.ID, item.Value.ID)
		}
	})
	stored, err := s.Trip(t.Context(), owner, trip.ID)
	require.NoError(t, err)
	assert.EqualValues(t, writers*each, *stored.BudgetCents)
	assert.EqualValues(t, 2+writers*each, stored.Version)
	changed, err := s.Item(t.Context(), owner, trip.ID, item.Value.ID)
	require.NoError(t, err)
	assert.Equal(t, writers*each, changed.Position)
	assert.EqualValues(t, 1+writers*each, changed.Version)
}

func addToBudget(t *testing.T, s stand, by service.Principal, id int64) {
	for t.Context().Err() == nil {
		seen, err := s.Trip(t.Context(), by, id)
		if !assert.NoError(t, err) {
			return
		}
		_, err = s.UpdateTrip(t.Context(), by, id, seen.Version, service.TripChange{BudgetCents: ptr(*seen.BudgetCents + 1)})
		if err == nil || !assert.Equal(t, service.CodeConflict, service.CodeOf(err), "%v", err) {
			return
		}
	}
}

func addToPosition(t *testing.T, s stand, by service.Principal, trip, id int64) {
	for t.Context().Err() == nil {
		seen, err := s.Item(t.Context(), by, trip, id)
		if !assert.NoError(t, err) {
			return
		}
		draft := service.ItemDraft{Day: seen.Day, Kind: seen.Kind, Title: seen.Title, Position: seen.Position + 1}
		_, err = s.ReplaceItem(t.Context(), by, trip, id, seen.Version, draft)
		if err == nil || !assert.Equal(t, service.CodeConflict, service.CodeOf(err), "%v", err) {
			return
		}
	}
}
