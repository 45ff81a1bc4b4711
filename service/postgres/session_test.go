package postgres

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// testTokenDecides has a principal whose claims are not the user's: a fault of ours must not open
// another user's rows.
func testTokenDecides(t *testing.T, s stand) {
	owner, other := someone(), s.known(t)
	trip := s.trip(t, owner)
	s.remember(t, owner, "a secret", at(0))
	for name, claims := range map[string][]byte{
		"of another user": other.Claims, "none": nil, "empty": {}, "no subject": []byte(`{}`), "role only": []byte(`{"role":"service_role"}`),
	} {
		t.Run(name, func(t *testing.T) {
			mixed := owner
			mixed.Claims = claims
			_, err := s.Trip(t.Context(), mixed, trip.ID)
			codeIs(t, service.CodeNotFound, err)
			list, err := s.ListTrips(t.Context(), mixed, page(5))
			require.NoError(t, err)
			assert.Empty(t, list.Items)
			found, err := s.SearchMemories(t.Context(), mixed, model, at(0), 5)
			require.NoError(t, err)
			assert.Empty(t, found)
			_, err = s.CreateTrip(t.Context(), mixed, service.Once{}, toParis())
			codeIs(t, service.CodeForbidden, err)
			_, err = s.UpdateTrip(t.Context(), mixed, trip.ID, 0, service.TripChange{Name: ptr("x")})
			codeIs(t, service.CodeNotFound, err)
			codeIs(t, service.CodeNotFound, s.DeleteTrip(t.Context(), mixed, trip.ID, 0))
		})
	}
	for name, claims := range map[string]string{"no JSON": "{", "no UUID": `{"sub":"me"}`, "NUL": `{"sub":"\u0000"}`} {
		broken := owner
		broken.Claims = []byte(claims)
		_, err := s.Trip(t.Context(), broken, trip.ID)
		assert.Equal(t, service.CodeInvalid, service.CodeOf(err), "%s: %v", name, err)
	}
}

// testNothingOutlivesARequest looks at connections after requests, good and failed ones.
func testNothingOutlivesARequest(t *testing.T, s stand) {
	by := someone()
	ctx := service.WithRequestID(t.Context(), "request-1")
	trip, err := s.CreateTrip(ctx, by, service.Once{}, toParis())
	require.NoError(t, err)
	_, err = s.UpdateTrip(ctx, by, trip.Value.ID, 0, service.TripChange{Name: ptr("")})
	codeIs(t, service.CodeInvalid, err)
	_, err = s.SearchMemories(ctx, by, model, at(0), 5)
	require.NoError(t, err)
	for range s.PoolStats().Idle {
		conn, err := s.Acquire(ctx)
		require.NoError(t, err)
		defer conn.Release()
		var role, claims, request, plans string
		require.NoError(t, conn.QueryRow(ctx, `select current_user::text, coalesce(current_setting('request.jwt.claims', true), ''),
			coalesce(current_setting('tripsage.request_id', true), ''), current_setting('plan_cache_mode')`).
			Scan(&role, &claims, &request, &plans))
		assert.Equal(t, []string{"authenticator", "", "", "auto"}, []string{role, claims, request, plans})
		_, err = conn.Exec(ctx, "select from trips")
		assert.ErrorContains(t, err, "permission denied", "without a user there is nothing to see")
	}
}

type recorder struct {
	service.Unobserved
	mu   sync.Mutex
	seen []string
}

func (r *recorder) Operation(ctx context.Context, dependency, name string) (context.Context, func(error)) {
	return ctx, func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen = append(r.seen, dependency+" "+name+" "+string(service.CodeOf(err)))
	}
}

func testObserver(t *testing.T, s stand) {
	watch := &recorder{}
	database := open(t, Options{URL: s.api, PoolSize: 2, AcquireTimeout: 1 << 32, Observer: watch})
	by := someone()
	for range 2 {
		_, err := database.CreateTrip(t.Context(), by, onceOf("k"), toParis())
		require.NoError(t, err)
	}
	_, err := database.Trip(t.Context(), by, -1)
	codeIs(t, service.CodeNotFound, err)
	_, err = database.SearchDestinations(t.Context(), service.DestinationQuery{Limit: 1})
	require.NoError(t, err)
	_, err = database.Sweep(t.Context())
	require.NoError(t, err)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = database.Trip(canceled, by, 1)
	codeIs(t, service.CodeClientGone, err)
	assert.Equal(t, []string{
		"database trips.create ", "database trips.create version_conflict", "database trips.create.replay ",
		"database trips.get not_found", "database destinations.search ", "database sweep ", "database trips.get client_gone",
	}, slices.Clone(watch.seen))
}
