package postgres

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func louvre() service.ItemDraft {
	return service.ItemDraft{
		Day: january(5), Position: 2, Kind: "activity", Title: "Louvre", Notes: "closed on Tuesdays",
		Latitude: ptr(48.8606), Longitude: ptr(2.3376), CostCents: ptr(int64(2200)),
	}
}

func testItems(t *testing.T, s stand) {
	by := someone()
	trip := s.trip(t, by)
	made, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, louvre())
	require.NoError(t, err)
	item := made.Value
	assert.Equal(t, service.Item{
		ID: item.ID, Trip: trip.ID, Day: january(5), Position: 2, Kind: "activity", Title: "Louvre", Notes: "closed on Tuesdays",
		Latitude: ptr(48.8606), Longitude: ptr(2.3376), CostCents: ptr(int64(2200)), Version: 1,
		CreatedAt: item.CreatedAt, UpdatedAt: item.CreatedAt,
	}, item)
	seen, err := s.Item(t.Context(), by, trip.ID, item.ID)
	require.NoError(t, err)
	assert.Equal(t, item, seen)

	for _, at := range []struct{ day, position int }{{6, 0}, {5, 1}, {5, 2}, {4, 9}} {
		draft := service.ItemDraft{Day: january(at.day), Position: at.position, Kind: "meal", Title: "Lunch"}
		_, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, draft)
		require.NoError(t, err)
	}
	list, err := s.ListItems(t.Context(), by, trip.ID, page(10))
	require.NoError(t, err)
	assert.Empty(t, list.Next)
	order := make([][2]int, len(list.Items))
	for i, item := range list.Items {
		order[i] = [2]int{item.Day.Time().Day(), item.Position}
	}
	assert.Equal(t, [][2]int{{4, 9}, {5, 1}, {5, 2}, {5, 2}, {6, 0}}, order)
	assert.Equal(t, item, list.Items[2], "the older one of two at one place comes first")

	draft := service.ItemDraft{Day: january(9), Kind: "other", Title: "Orsay"}
	changed, err := s.ReplaceItem(t.Context(), by, trip.ID, item.ID, 1, draft)
	require.NoError(t, err)
	assert.Equal(t, service.Item{
		ID: item.ID, Trip: trip.ID, Day: january(9), Kind: "other", Title: "Orsay", Version: 2,
		CreatedAt: item.CreatedAt, UpdatedAt: changed.UpdatedAt,
	}, changed, "all of it")
	_, err = s.ReplaceItem(t.Context(), by, trip.ID, item.ID, 1, draft)
	codeIs(t, service.CodeConflict, err)
	codeIs(t, service.CodeConflict, s.DeleteItem(t.Context(), by, trip.ID, item.ID, 1))
	codeIs(t, service.CodeNotFound, s.DeleteItem(t.Context(), by, s.trip(t, by).ID, item.ID, 2))
	require.NoError(t, s.DeleteItem(t.Context(), by, trip.ID, item.ID, 2))
	codeIs(t, service.CodeNotFound, s.DeleteItem(t.Context(), by, trip.ID, item.ID, 2))
	_, err = s.Item(t.Context(), by, trip.ID, item.ID)
	codeIs(t, service.CodeNotFound, err)
	_, err = s.ReplaceItem(t.Context(), by, trip.ID, item.ID, 0, draft)
	codeIs(t, service.CodeNotFound, err)
}

func testItemsOfOthers(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	trip := s.trip(t, owner)
	viewer, editor := s.share(t, owner, trip.ID, "viewer"), s.share(t, owner, trip.ID, "editor")
	made, err := s.AddItem(t.Context(), owner, trip.ID, service.Once{}, louvre())
	require.NoError(t, err)
	id, own := made.Value.ID, s.trip(t, stranger).ID
	for _, tc := range []struct {
		who         string
		by          service.Principal
		see, change service.Code
	}{
		{"stranger", stranger, service.CodeNotFound, service.CodeNotFound},
		{"viewer", viewer, "", service.CodeForbidden},
		{"editor", editor, "", ""},
	} {
		t.Run(tc.who, func(t *testing.T) {
			_, err := s.Item(t.Context(), tc.by, trip.ID, id)
			assert.Equal(t, tc.see, service.CodeOf(err))
			_, err = s.ListItems(t.Context(), tc.by, trip.ID, page(5))
			assert.Equal(t, tc.see, service.CodeOf(err))
			_, err = s.ReplaceItem(t.Context(), tc.by, trip.ID, id, 0, louvre())
			assert.Equal(t, tc.change, service.CodeOf(err))
			added, err := s.AddItem(t.Context(), tc.by, trip.ID, service.Once{}, louvre())
			assert.Equal(t, tc.change, service.CodeOf(err))
			if err != nil {
				assert.Equal(t, tc.change, service.CodeOf(s.DeleteItem(t.Context(), tc.by, trip.ID, id, 0)))
				return
			}
			assert.NoError(t, s.DeleteItem(t.Context(), tc.by, trip.ID, added.Value.ID, 1))
		})
	}
	t.Run("by way of an own trip", func(t *testing.T) {
		_, err := s.Item(t.Context(), stranger, own, id)
		codeIs(t, service.CodeNotFound, err)
		_, err = s.ReplaceItem(t.Context(), stranger, own, id, 0, louvre())
		codeIs(t, service.CodeNotFound, err)
		codeIs(t, service.CodeNotFound, s.DeleteItem(t.Context(), stranger, own, id, 0))
	})
	assert.EqualValues(t, 1, value[int64](t, s, "select count(*) from itinerary_items where trip_id = $1", trip.ID))
}

func testDayOutside(t *testing.T, s stand) {
	by := someone()
	trip := s.trip(t, by)
	made, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, louvre())
	require.NoError(t, err)
	for _, day := range []service.Date{january(3), january(10), service.NewDate(1, 1, 1), service.NewDate(9999, 12, 31)} {
		draft := louvre()
		draft.Day = day
		_, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, draft)
		faultIn(t, "day", err)
		_, err = s.ReplaceItem(t.Context(), by, trip.ID, made.Value.ID, 1, draft)
		faultIn(t, "day", err)
	}
	for _, day := range []int{4, 9} {
		draft := louvre()
		draft.Day = january(day)
		_, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, draft)
		assert.NoError(t, err, "the first day and the last one belong to the trip")
	}
}
