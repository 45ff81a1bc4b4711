package postgres

import (
	"encoding/base64"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// collect reads a whole list, page by page, and calls between after each page.
func collect[T any](t require.TestingT, read func(service.Page) (service.List[T], error), limit int, between func()) []T {
	var all []T
	for next := ""; ; {
		list, err := read(service.Page{Limit: limit, After: next})
		require.NoError(t, err)
		require.LessOrEqual(t, len(list.Items), limit)
		all = append(all, list.Items...)
		if list.Next == "" {
			return all
		}
		require.Len(t, list.Items, limit, "only the last page is not full")
		next = list.Next
		between()
	}
}

func testPages(t *testing.T, s stand) {
	by := someone()
	trip, session := s.trip(t, by), s.session(t, by)
	for range 6 {
		s.trip(t, by)
		s.session(t, by)
		s.say(t, by, session.ID, "x")
		_, err := s.AddItem(t.Context(), by, trip.ID, service.Once{}, louvre())
		require.NoError(t, err)
	}
	nothing := func() {}
	for _, limit := range []int{1, 2, 3, 6, 7, 100} {
		trips := collect(t, func(p service.Page) (service.List[service.Trip], error) { return s.ListTrips(t.Context(), by, p) }, limit, nothing)
		assert.Len(t, trips, 7)
		assert.True(t, slices.IsSortedFunc(trips, func(a, b service.Trip) int { return int(b.ID - a.ID) }), "the same start: newest first")
		sessions := collect(t, func(p service.Page) (service.List[service.ChatSession], error) {
			return s.ListSessions(t.Context(), by, p)
		}, limit, nothing)
		assert.Len(t, sessions, 7)
		assert.Equal(t, session.ID, sessions[0].ID, "the one with messages was used last")
		assert.Len(t, collect(t, func(p service.Page) (service.List[service.Item], error) {
			return s.ListItems(t.Context(), by, trip.ID, p)
		}, limit, nothing), 6)
		assert.Len(t, collect(t, func(p service.Page) (service.List[service.ChatMessage], error) {
			return s.ListMessages(t.Context(), by, session.ID, p)
		}, limit, nothing), 6)
	}
	first, err := s.ListTrips(t.Context(), by, page(1))
	require.NoError(t, err)
	for _, limit := range []int{-1, 0, 101} {
		_, err := s.ListTrips(t.Context(), by, page(limit))
		faultIn(t, "query.limit", err)
	}
	_, err = s.ListSessions(t.Context(), by, service.Page{Limit: 5, After: first.Next})
	faultIn(t, "query.after", err) // of another list
	_, err = s.ListItems(t.Context(), by, trip.ID, service.Page{Limit: 0, After: "nonsense"})
	codeIs(t, service.CodeInvalid, err)
	assert.ErrorContains(t, err, "query.limit")
	assert.ErrorContains(t, err, "query.after", "both at once")
}

// testPagesWhileWriting adds trips, own and shared ones, between the pages: what was there at the
// start comes exactly once, and nothing comes twice.
func testPagesWhileWriting(t *testing.T, s stand) {
	rapid.Check(t, func(r *rapid.T) {
		by, friend := someone(), someone()
		_, err := s.Profile(t.Context(), by)
		require.NoError(r, err)
		add := func(label string) int64 {
			draft, owner := toParis(), by
			draft.StartDate, draft.EndDate = january(rapid.IntRange(1, 4).Draw(r, label+" start")), january(31)
			if rapid.Bool().Draw(r, label+" shared") {
				owner = friend
			}
			made, err := s.CreateTrip(t.Context(), owner, service.Once{}, draft)
			require.NoError(r, err)
			if owner.User == friend.User {
				_, err = s.ShareTrip(t.Context(), friend, made.Value.ID, service.Invitation{User: by.User, Role: "viewer"})
				require.NoError(r, err)
			}
			return made.Value.ID
		}
		var before []int64
		for i := range rapid.IntRange(0, 9).Draw(r, "trips") {
			before = append(before, add("trip "+strconv.Itoa(i)))
		}
		var more []int64
		trips := collect(r, func(p service.Page) (service.List[service.Trip], error) { return s.ListTrips(t.Context(), by, p) },
			rapid.IntRange(1, 4).Draw(r, "limit"), func() {
				if len(more) < 5 {
					more = append(more, add("later "+strconv.Itoa(len(more))))
				}
			})
		var seen []int64
		for i, trip := range trips {
			seen = append(seen, trip.ID)
			if i > 0 {
				last := trips[i-1]
				require.True(r, trip.StartDate.Before(last.StartDate) || trip.StartDate == last.StartDate && trip.ID < last.ID, "in order")
			}
		}
		old := slices.DeleteFunc(slices.Clone(seen), func(id int64) bool { return slices.Contains(more, id) })
		require.ElementsMatch(r, before, old)
		require.Len(r, slices.Compact(slices.Sorted(slices.Values(seen))), len(seen), "none twice")
	})
}

func FuzzCursor(f *testing.F) {
	for _, text := range []string{
		`{"list":"trips","key":{"start":"2027-01-04","id":7}}`, `{"list":"trips","key":null}`, `{"list":"trips"}`, `{}`, `[]`, `null`, ``,
		`{"list":"trips","key":{"start":"2027-01-04","id":7}} `, `{"list":"trips","key":{"id":1e99}}`, `{"list":"items","key":{}}`,
		`{"list":"trips","key":{"start":"2027-01-04","id":7}}{}`, `{"list":"trips","key":{"start":"x","id":7}}`,
	} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	f.Add("!")
	f.Fuzz(func(t *testing.T, text string) {
		place, err := after[tripKey]("trips", service.Page{Limit: 1, After: text})
		if text == "" {
			assert.NoError(t, err)
			assert.Nil(t, place)
			return
		}
		if err != nil {
			faultIn(t, "query.after", err)
			return
		}
		// A cursor that is taken stands for one place, whatever way it is written.
		list, err := pageOf("trips", []tripKey{*place, {}}, service.Page{Limit: 1}, func(k tripKey) tripKey { return k })
		require.NoError(t, err)
		again, err := after[tripKey]("trips", service.Page{Limit: 1, After: list.Next})
		require.NoError(t, err)
		assert.Equal(t, place, again)
	})
}
