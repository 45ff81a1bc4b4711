package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func testTrips(t *testing.T, s stand) {
	by := someone()
	draft := toParis()
	draft.Notes, draft.BudgetCents = "Louvre\non Monday", ptr(int64(150_000))
	made, err := s.CreateTrip(t.Context(), by, service.Once{}, draft)
	require.NoError(t, err)
	trip := made.Value
	assert.False(t, made.Replayed)
	assert.Positive(t, trip.ID)
	assert.WithinDuration(t, time.Now(), trip.CreatedAt, time.Minute)
	assert.Equal(t, time.UTC, trip.CreatedAt.Location())
	assert.Equal(t, service.Trip{
		ID: trip.ID, Owner: by.User, Name: "To Paris", Destination: "Paris, France", StartDate: january(4), EndDate: january(9),
		Notes: "Louvre\non Monday", BudgetCents: ptr(int64(150_000)), Currency: "EUR", Version: 1,
		CreatedAt: trip.CreatedAt, UpdatedAt: trip.CreatedAt,
	}, trip)
	assert.Equal(t, by.Email, value[string](t, s, "select email from users where id = $1", string(by.User)), "the user came along")

	seen, err := s.Trip(t.Context(), by, trip.ID)
	require.NoError(t, err)
	assert.Equal(t, trip, seen)

	other := toParis()
	other.StartDate, other.Currency = january(5), "USD"
	later, err := s.CreateTrip(t.Context(), by, service.Once{}, other)
	require.NoError(t, err)
	assert.Nil(t, later.Value.BudgetCents)
	assert.Equal(t, "USD", later.Value.Currency)
	list, err := s.ListTrips(t.Context(), by, page(10))
	require.NoError(t, err)
	assert.Equal(t, service.List[service.Trip]{Items: []service.Trip{later.Value, trip}}, list, "the latest start first")

	cheap, err := s.UpdateTrip(t.Context(), by, later.Value.ID, 1, service.TripChange{NoBudget: true})
	require.NoError(t, err)
	assert.Nil(t, cheap.BudgetCents)
	cleared, err := s.UpdateTrip(t.Context(), by, trip.ID, 1, service.TripChange{NoBudget: true})
	require.NoError(t, err)
	assert.Nil(t, cleared.BudgetCents)

	codeIs(t, service.CodeConflict, s.DeleteTrip(t.Context(), by, trip.ID, 7))
	require.NoError(t, s.DeleteTrip(t.Context(), by, trip.ID, 2))
	codeIs(t, service.CodeNotFound, s.DeleteTrip(t.Context(), by, trip.ID, 1))
	_, err = s.Trip(t.Context(), by, trip.ID)
	codeIs(t, service.CodeNotFound, err)
	_, err = s.UpdateTrip(t.Context(), by, trip.ID, 0, service.TripChange{})
	codeIs(t, service.CodeNotFound, err)
	require.NoError(t, s.DeleteTrip(t.Context(), by, later.Value.ID, 0), "0 is any version")
	list, err = s.ListTrips(t.Context(), by, page(10))
	require.NoError(t, err)
	assert.NotNil(t, list.Items, "an empty list is a list")
	assert.Empty(t, list.Items)
}

func testTripChanges(t *testing.T, s stand) {
	by := someone()
	trip := s.trip(t, by)
	changed, err := s.UpdateTrip(t.Context(), by, trip.ID, 1, service.TripChange{Name: ptr("Back to Paris"), BudgetCents: ptr(int64(0))})
	require.NoError(t, err)
	want := trip
	want.Name, want.BudgetCents, want.Version, want.UpdatedAt = "Back to Paris", ptr(int64(0)), 2, changed.UpdatedAt
	assert.Equal(t, want, changed, "what is not named stays")
	assert.True(t, changed.UpdatedAt.After(trip.UpdatedAt))

	_, err = s.UpdateTrip(t.Context(), by, trip.ID, 1, service.TripChange{Name: ptr("too late")})
	codeIs(t, service.CodeConflict, err)
	_, err = s.UpdateTrip(t.Context(), by, trip.ID, 3, service.TripChange{Name: ptr("too early")})
	codeIs(t, service.CodeConflict, err)
	everything := service.TripChange{
		Name: ptr("n"), Destination: ptr("d"), StartDate: ptr(january(1)), EndDate: ptr(january(2)), Notes: ptr(""),
		BudgetCents: ptr(int64(5)), Currency: ptr("JPY"),
	}
	changed, err = s.UpdateTrip(t.Context(), by, trip.ID, 0, everything)
	require.NoError(t, err)
	assert.Equal(t, service.Trip{
		ID: trip.ID, Owner: by.User, Name: "n", Destination: "d", StartDate: january(1), EndDate: january(2), BudgetCents: ptr(int64(5)),
		Currency: "JPY", Version: 3, CreatedAt: trip.CreatedAt, UpdatedAt: changed.UpdatedAt,
	}, changed)

	_, err = s.UpdateTrip(t.Context(), by, trip.ID, 3, service.TripChange{StartDate: ptr(january(20))})
	faultIn(t, "end_date", err)
	stored, err := s.Trip(t.Context(), by, trip.ID)
	require.NoError(t, err)
	assert.Equal(t, changed, stored, "refused changes changed nothing")
}

func testTripsOfOthers(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	trip := s.trip(t, owner)
	viewer, editor := s.share(t, owner, trip.ID, service.RoleViewer), s.share(t, owner, trip.ID, service.RoleEditor)
	change := service.TripChange{Notes: ptr("was here")}
	for _, tc := range []struct {
		who                 string
		by                  service.Principal
		see, change, remove service.Code
	}{
		{"stranger", stranger, service.CodeNotFound, service.CodeNotFound, service.CodeNotFound},
		{"viewer", viewer, "", service.CodeForbidden, service.CodeForbidden},
		{"editor", editor, "", "", service.CodeForbidden},
	} {
		t.Run(tc.who, func(t *testing.T) {
			seen, err := s.Trip(t.Context(), tc.by, trip.ID)
			assert.Equal(t, tc.see, service.CodeOf(err))
			list, err := s.ListTrips(t.Context(), tc.by, page(10))
			require.NoError(t, err)
			if tc.see == "" {
				assert.Equal(t, []service.Trip{seen}, list.Items, "once")
			} else {
				assert.Empty(t, list.Items)
			}
			for _, version := range []int64{0, 1, 99} { // a stale version tells a stranger nothing
				assert.Equal(t, tc.remove, service.CodeOf(s.DeleteTrip(t.Context(), tc.by, trip.ID, version)))
			}
			_, err = s.UpdateTrip(t.Context(), tc.by, trip.ID, 1, change)
			assert.Equal(t, tc.change, service.CodeOf(err))
		})
	}
	stored, err := s.Trip(t.Context(), owner, trip.ID)
	require.NoError(t, err)
	assert.Equal(t, "was here", stored.Notes)
	assert.Equal(t, int64(2), stored.Version, "only the editor changed it")
	assert.Equal(t, owner.User, stored.Owner)
	_, err = s.UpdateTrip(t.Context(), editor, trip.ID, 1, change)
	codeIs(t, service.CodeConflict, err)
}
