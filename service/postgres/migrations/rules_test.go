package migrations_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

func testAuditLog(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	w.must(t, w.alice, "update api_keys set sealed = 'another', hint = '1234'")
	w.must(t, w.alice, "delete from api_keys")
	rows, err := w.owner.Query(t.Context(), "select user_id::text, action, subject, detail ->> 'hint', detail ->> 'by', request_id, detail::text from audit_log order by id")
	require.NoError(t, err)
	type entry struct{ User, Action, Subject, Hint, By, Request, Detail string }
	entries, err := pgx.CollectRows(rows, pgx.RowToStructByPos[entry])
	require.NoError(t, err)
	for i, want := range []entry{{Action: "api_key.created", Hint: "wxyz"}, {Action: "api_key.replaced", Hint: "1234"}, {Action: "api_key.deleted", Hint: "1234"}} {
		want.User, want.By, want.Subject, want.Request = w.alice.id, w.alice.id, "openai/mine", "request-7"
		assert.NotContains(t, entries[i].Detail, "sealed")
		want.Detail = entries[i].Detail
		assert.Equal(t, want, entries[i])
	}
	for _, sql := range []string{"delete from audit_log", "update audit_log set action = 'x'", "insert into audit_log (user_id, action, subject) values (gen_random_uuid(), 'x', 'x')"} {
		_, state := w.attempt(t, w.serviceKey, false, sql)
		assert.Equal(t, denied, state, "not even the service's own role may: %s", sql)
	}
	_, err = w.owner.Exec(t.Context(), "delete from users where id = $1", w.alice.id)
	require.NoError(t, err)
	assert.Equal(t, int64(3), value[int64](t, w.owner, "select count(*) from audit_log where user_id = $1", w.alice.id), "the log outlives the user")
}

func testEmails(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	_, state := w.attempt(t, w.bob, false, "update users set email = 'Boss@example.com' where id = $1", w.bob.id)
	assert.Equal(t, denied, state, "an email that is not the token's")
	stranger := actor{name: "Stranger", role: "authenticated", id: uuid.NewString()}
	_, state = w.attempt(t, stranger, false, "insert into users (id, email) values ($1, 'victor@example.com')", stranger.id)
	assert.Equal(t, denied, state)

	found := func(address string) *string {
		return value[*string](t, w.owner, "select private.user_with_email($1)::text", address)
	}
	require.NotNil(t, found("VICTOR@example.com"))
	assert.Equal(t, w.victor.id, *found("VICTOR@example.com"), "case does not count")
	assert.Nil(t, found("nobody@example.com"))
	_, err := w.owner.Exec(t.Context(), "insert into users (id, email) values (gen_random_uuid(), 'victor@example.com')")
	require.NoError(t, err)
	assert.Nil(t, found("victor@example.com"), "whose is it?")
}

// Two additions that would both be the fiftieth: one of them has to be refused.
func testCollaboratorLimit(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	_, err := w.owner.Exec(t.Context(), `with more as (insert into users (id) select gen_random_uuid() from generate_series(1, 47) returning id)
		insert into trip_collaborators select $1, id, 'viewer' from more`, w.trip)
	require.NoError(t, err)
	states := make([]string, 4)
	var group sync.WaitGroup
	for i := range states {
		conn := connect(t, w.url)
		group.Go(func() {
			_, err := conn.Exec(context.Background(), `with one as (insert into users (id) values (gen_random_uuid()) returning id)
				insert into trip_collaborators select $1, id, 'viewer' from one`, w.trip)
			if err != nil {
				states[i] = err.Error()
			}
		})
	}
	group.Wait()
	refused := strings.Count(strings.Join(states, "\n"), "a trip has at most 50 collaborators (SQLSTATE 54000)")
	assert.Equal(t, 3, refused, "49 and one: %v", states)
	assert.Equal(t, int64(50), value[int64](t, w.owner, "select count(*) from trip_collaborators"))

	w.must(t, w.alice, `insert into trip_collaborators (trip_id, user_id, role) values ($1, $2, 'editor')
		on conflict (trip_id, user_id) do update set role = excluded.role`, w.trip, w.victor.id)
	_, state := w.attempt(t, w.alice, false, "insert into trip_collaborators (trip_id, user_id, role) values ($1, $2, 'editor')", w.trip, w.alice.id)
	assert.Equal(t, "23514", state, "the owner is no collaborator")
}

func testSweep(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	assert.Zero(t, value[int64](t, w.api, "select private.sweep()"))
	_, err := w.owner.Exec(t.Context(), "update idempotency_keys set created_at = now() - interval '24 hours 1 second'")
	require.NoError(t, err)
	rows, _ := w.attempt(t, w.alice, false, "delete from idempotency_keys")
	assert.EqualValues(t, 1, rows, "its user may take an old key again before the sweep")
	assert.EqualValues(t, 1, value[int64](t, w.api, "select private.sweep()"))
	assert.Zero(t, value[int64](t, w.owner, "select count(*) from idempotency_keys"))
}

// notifications are told within the transaction's commit, so one that comes later proves that
// nothing else came before.
func testNotifications(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	listener := connect(t, w.url)
	_, err := listener.Exec(t.Context(), "listen tripsage_changes")
	require.NoError(t, err)
	type change struct {
		Table, Op string
		ID        int64
		Trip      int64 `json:"trip_id"`
		At        string
		Record    map[string]any
		Users     []string
	}
	next := func() (c change) {
		t.Helper()
		n, err := listener.WaitForNotification(t.Context())
		require.NoError(t, err)
		require.Less(t, len(n.Payload), 8000)
		require.NoError(t, json.Unmarshal([]byte(n.Payload), &c))
		return c
	}
	team := []string{w.alice.id, w.victor.id, w.edith.id}

	w.must(t, w.edith, "update trips set name = 'Autumn', version = version + 1 where id = $1", w.trip)
	c := next()
	assert.Equal(t, change{Table: "trips", Op: "update", ID: w.trip, Trip: w.trip}, change{Table: c.Table, Op: c.Op, ID: c.ID, Trip: c.Trip})
	assert.Equal(t, "Autumn", c.Record["name"])
	assert.EqualValues(t, 2, c.Record["version"])
	assert.ElementsMatch(t, team, c.Users)

	w.must(t, w.alice, "update itinerary_items set notes = repeat('ä', 10000) where trip_id = $1", w.trip)
	c = next()
	assert.Equal(t, "itinerary_items", c.Table)
	assert.Nil(t, c.Record, "too large for a notification")
	assert.ElementsMatch(t, team, c.Users)

	w.must(t, w.alice, "insert into chat_messages (session_id, role, content) values ($1, 'user', 'Hi')", w.session)
	said, used := next(), next()
	if said.Table != "chat_messages" {
		said, used = used, said
	}
	assert.Equal(t, "Hi", said.Record["content"])
	assert.Equal(t, w.trip, said.Trip)
	assert.Equal(t, []string{"chat_sessions", "update"}, []string{used.Table, used.Op}, "the session was used")
	assert.Equal(t, []string{w.alice.id}, said.Users, "collaborators of the trip do not read along")
	assert.Equal(t, []string{w.alice.id}, used.Users)

	w.must(t, w.alice, "delete from trip_collaborators where user_id = $1", w.victor.id)
	c = next()
	assert.Equal(t, []string{"trip_collaborators", "delete"}, []string{c.Table, c.Op})
	assert.Zero(t, c.ID)
	assert.ElementsMatch(t, team, c.Users, "Victor learns of it too")

	w.must(t, w.alice, "delete from trips where id = $1", w.trip)
	c = next()
	assert.Equal(t, []string{"trips", "delete"}, []string{c.Table, c.Op})
	assert.Equal(t, w.trip, c.ID)
	assert.Nil(t, c.Record)
	assert.ElementsMatch(t, []string{w.alice.id, w.edith.id}, c.Users)
	c = next()
	assert.Equal(t, []string{"chat_sessions", "update"}, []string{c.Table, c.Op}, "about no trip now; items and collaborators went without a word")

	_, err = w.owner.Exec(t.Context(), `select pg_notify('tripsage_changes', '{"table":"end"}')`)
	require.NoError(t, err)
	assert.Equal(t, "end", next().Table)
}
