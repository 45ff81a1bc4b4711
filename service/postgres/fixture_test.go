package postgres

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// namedStatements is the query of a URL for direct connections.
const namedStatements = "&default_query_exec_mode=cache_statement"

// stand is the API's view of a migrated database, and the owner's.
type stand struct {
	*Database
	server *servicetest.Postgres
	api    string
	owner  *pgxpool.Pool
}

func newStand(t testing.TB, server *servicetest.Postgres, parameters string) stand {
	t.Helper()
	ownerURL, apiURL := servicetest.MigratedDatabase(t, server)
	owner, err := pgxpool.New(t.Context(), ownerURL)
	require.NoError(t, err)
	t.Cleanup(owner.Close)
	s := stand{server: server, api: apiURL + parameters, owner: owner}
	s.Database, err = Open(t.Context(), Options{URL: s.api, PoolSize: 20, AcquireTimeout: 10 * time.Second})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// value reads one value as the owner of the schema, whom no policy stops.
func value[T any](t testing.TB, s stand, sql string, args ...any) T {
	t.Helper()
	rows, err := s.owner.Query(t.Context(), sql, args...)
	require.NoError(t, err)
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	require.NoError(t, err)
	return found
}

// exec changes something as the owner of the schema.
func (s stand) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	_, err := s.owner.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// someone is a new user, with a token that has an email.
func someone() service.Principal {
	id := uuid.NewString()
	email := id + "@example.com"
	return service.Principal{
		User: service.UserID(id), Email: email,
		Claims: []byte(`{"sub":"` + id + `","role":"authenticated","email":"` + email + `"}`),
	}
}

// known is a user who has been here before.
func (s stand) known(t testing.TB) service.Principal {
	t.Helper()
	by := someone()
	_, err := s.Profile(t.Context(), by)
	require.NoError(t, err)
	return by
}

func codeIs(t testing.TB, want service.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, service.CodeOf(err), "%v", err)
}

// faultIn says that the error is CodeInvalid and names the field.
func faultIn(t testing.TB, field string, err error) {
	t.Helper()
	codeIs(t, service.CodeInvalid, err)
	var faults *service.Invalid
	require.ErrorAs(t, err, &faults)
	require.Len(t, faults.Faults, 1)
	require.Equal(t, field, faults.Faults[0].Field)
}

func january(day int) service.Date { return service.NewDate(2027, time.January, day) }

func toParis() service.TripDraft {
	return service.TripDraft{Name: "To Paris", Destination: "Paris, France", StartDate: january(4), EndDate: january(9)}
}

// trip makes one.
func (s stand) trip(t testing.TB, by service.Principal) service.Trip {
	t.Helper()
	made, err := s.CreateTrip(t.Context(), by, service.Once{}, toParis())
	require.NoError(t, err)
	return made.Value
}

// share lets somebody new help with the trip.
func (s stand) share(t testing.TB, owner service.Principal, trip int64, role string) service.Principal {
	t.Helper()
	helper := s.known(t)
	_, err := s.ShareTrip(t.Context(), owner, trip, service.Invitation{User: helper.User, Role: role})
	require.NoError(t, err)
	return helper
}

// atOnce runs n calls at the same time and waits for all.
func atOnce(n int, call func(i int)) {
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			call(i)
		})
	}
	start.Done()
	done.Wait()
}

func page(limit int) service.Page { return service.Page{Limit: limit} }

func ptr[T any](value T) *T { return &value }
