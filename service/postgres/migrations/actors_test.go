package migrations_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// denied is the SQLSTATE of what grants and policies refuse.
const denied = "42501"

// actor is somebody who sends SQL through the API's connection.
type actor struct {
	name, role string
	id         string // the token's subject; "" is no claims at all
}

// world is a migrated database with a trip of Alice's that Victor may see and Edith may change.
type world struct {
	owner, api                       *pgx.Conn
	url                              string // of the owner
	alice, victor, edith, bob        actor
	unclaimed, anonymous, serviceKey actor
	trip, session                    int64
}

func newWorld(t *testing.T, pg *servicetest.Postgres) *world {
	t.Helper()
	ownerURL, apiURL := servicetest.MigratedDatabase(t, pg)
	user := func(name string) actor { return actor{name: name, role: "authenticated", id: uuid.NewString()} }
	w := &world{
		owner: connect(t, ownerURL), api: connect(t, apiURL), url: ownerURL,
		alice: user("Alice"), victor: user("Victor"), edith: user("Edith"), bob: user("Bob"),
		unclaimed:  actor{name: "a user without claims", role: "authenticated"},
		anonymous:  actor{name: "nobody", role: "anon"},
		serviceKey: actor{name: "the service's own role", role: "service_role"},
	}
	for _, who := range []actor{w.alice, w.victor, w.edith, w.bob} {
		w.must(t, who, "insert into users (id, email) values ($1, $2)", who.id, who.name+"@example.com")
	}
	w.trip = w.made(t, w.alice, `insert into trips (user_id, name, destination, start_date, end_date)
		values ($1, 'Summer', 'Rome', '2027-06-01', '2027-06-09') returning id`, w.alice.id)
	w.must(t, w.alice, "insert into trip_collaborators (trip_id, user_id, role) values ($1, $2, 'viewer'), ($1, $3, 'editor')",
		w.trip, w.victor.id, w.edith.id)
	w.must(t, w.alice, "insert into itinerary_items (trip_id, day, kind, title) values ($1, '2027-06-02', 'meal', 'Lunch')", w.trip)
	w.session = w.made(t, w.alice, "insert into chat_sessions (user_id, trip_id) values ($1, $2) returning id", w.alice.id, w.trip)
	w.must(t, w.alice, "insert into chat_messages (session_id, role, content) values ($1, 'user', 'Hello')", w.session)
	w.must(t, w.alice, `insert into memories (user_id, content, model, embedding)
		values ($1, 'likes trains', 'm', array_fill(0.05, array[384])::vector)`, w.alice.id)
	w.must(t, w.alice, "insert into api_keys (user_id, provider, name, hint, sealed) values ($1, 'openai', 'mine', 'wxyz', 'sealed')", w.alice.id)
	w.must(t, w.alice, "insert into idempotency_keys (user_id, key, fingerprint, kind) values ($1, 'once', $2, 'trip')", w.alice.id, make([]byte, 32))
	return w
}

// attempt runs one statement as the actor, in a transaction that is kept or undone. It returns the
// rows that it touched, and the SQLSTATE of a failure.
func (w *world) attempt(t *testing.T, who actor, keep bool, sql string, args ...any) (rows int64, state string) {
	t.Helper()
	tx, err := w.api.Begin(t.Context())
	require.NoError(t, err)
	w.become(t, tx, who)
	tag, err := tx.Exec(t.Context(), sql, args...)
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		state = answer.Code
	} else {
		require.NoError(t, err)
	}
	if keep && err == nil {
		require.NoError(t, tx.Commit(t.Context()))
	} else {
		require.NoError(t, tx.Rollback(t.Context()))
	}
	return tag.RowsAffected(), state
}

func (w *world) become(t *testing.T, tx pgx.Tx, who actor) {
	t.Helper()
	claims := ""
	if who.id != "" {
		claims = fmt.Sprintf(`{"sub":%q,"role":%q,"email":%q}`, who.id, who.role, who.name+"@example.com")
	}
	_, err := tx.Exec(t.Context(), `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
		set_config('tripsage.request_id', 'request-7', true)`, who.role, claims)
	require.NoError(t, err)
}

// must runs a statement that has to touch rows.
func (w *world) must(t *testing.T, who actor, sql string, args ...any) {
	t.Helper()
	rows, state := w.attempt(t, who, true, sql, args...)
	require.Empty(t, state, "%s: %s", who.name, sql)
	require.Positive(t, rows, "%s: %s", who.name, sql)
}

// made runs an insertion and returns the id.
func (w *world) made(t *testing.T, who actor, sql string, args ...any) (id int64) {
	t.Helper()
	require.NoError(t, pgx.BeginFunc(t.Context(), w.api, func(tx pgx.Tx) error {
		w.become(t, tx, who)
		return tx.QueryRow(t.Context(), sql, args...).Scan(&id)
	}))
	return id
}
