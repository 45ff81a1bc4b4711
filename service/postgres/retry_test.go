package postgres

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// TestCollisions has a trigger say what the server says of transactions that collided.
func TestCollisions(t *testing.T) {
	s := newStand(t, servicetest.StartPostgres(t), "")
	by := someone()
	trip := s.trip(t, by)
	s.exec(t, `create sequence private.collisions`)
	s.exec(t, `create function private.collide() returns trigger language plpgsql security definer as $$ begin
		if nextval('private.collisions') <= new.budget_cents then raise exception 'collision' using errcode = 'deadlock_detected'; end if;
		return new; end $$`)
	s.exec(t, `create trigger collide before update on trips for each row execute function private.collide()`)

	changed, err := s.UpdateTrip(t.Context(), by, trip.ID, 1, service.TripChange{BudgetCents: ptr(int64(1))})
	require.NoError(t, err, "one collision is nobody's business")
	assert.EqualValues(t, 2, changed.Version)
	_, err = s.UpdateTrip(t.Context(), by, trip.ID, 2, service.TripChange{BudgetCents: ptr(int64(99))})
	codeIs(t, service.CodeTimeout, err)
	assert.EqualValues(t, 4, value[int64](t, s, "select last_value from private.collisions"), "two attempts each")
}

// TestSchemaChangesUnderARunningProgram changes a column's type, which prepared statements do not
// survive.
func TestSchemaChangesUnderARunningProgram(t *testing.T) {
	s := newStand(t, servicetest.StartPostgres(t), namedStatements)
	by := someone()
	trip := s.trip(t, by)
	for _, sql := range []string{
		"alter table trips alter column notes type varchar(10000)", "alter table trips add column mood text",
		"alter table trips drop column mood",
	} {
		atOnce(8, func(int) {
			seen, err := s.Trip(t.Context(), by, trip.ID)
			assert.NoError(t, err)
			assert.Equal(t, trip, seen)
		})
		s.exec(t, sql)
	}
	for range 8 {
		changed, err := s.UpdateTrip(t.Context(), by, trip.ID, 0, service.TripChange{Notes: ptr("x")})
		require.NoError(t, err)
		assert.Equal(t, "x", changed.Notes)
	}
}
