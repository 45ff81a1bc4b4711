package migrations_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

// TestAccess runs everything that is about who may do what.
func TestAccess(t *testing.T) {
	pg := servicetest.StartPostgres(t)
	for name, test := range map[string]func(*testing.T, *servicetest.Postgres){
		"rows of another user":              testOtherUsersRows,
		"an editor who is not one any more": testFormerEditor,
		"no table is without policies":      testEveryTableIsProtected,
		"functions with the owner's rights": testDefinerFunctions,
		"the audit log":                     testAuditLog,
		"emails":                            testEmails,
		"at most 50 collaborators":          testCollaboratorLimit,
		"sweeping":                          testSweep,
		"what the guide says":               testGuide,
		"the publication":                   testPublication,
		"the search uses the index":         testSearchPlan,
		"notifications":                     testNotifications,
		"the catalogue":                     testCatalogue,
	} {
		t.Run(name, func(t *testing.T) { test(t, pg) })
	}
}

// deed is something that only some may do. {alice} and so on stand for ids.
type deed struct {
	table, sql string
	allowed    string // first letters: A(lice), V(ictor), E(dith), B(ob), U(nclaimed), N(obody)
}

const (
	keyOf  = "insert into api_keys (user_id, provider, name, hint, sealed) values "
	tripOf = "insert into trips (user_id, name, destination, start_date, end_date) values "
)

func deeds() []deed {
	return []deed{
		{"users", "select from users where id = '{alice}'", "A"},
		{"users", "update users set name = 'x' where id = '{alice}'", "A"},
		{"users", "update users set id = '{bob}' where id = '{alice}'", ""},
		{"users", "delete from users where id = '{alice}'", ""},
		{"users", "insert into users (id) values (gen_random_uuid())", ""},
		{"users", "insert into users (id, name) values ('{alice}', 'x') on conflict (id) do update set name = excluded.name", "A"},

		{"trips", "select from trips where id = {trip}", "AVE"},
		{"trips", "select from trips where user_id = '{alice}'", "AVE"},
		{"trips", "update trips set name = 'x', version = version + 1 where id = {trip}", "AE"},
		{"trips", "update trips set user_id = '{bob}' where id = {trip}", ""},
		{"trips", "update trips set created_at = now() where id = {trip}", ""},
		{"trips", "delete from trips where id = {trip}", "A"},
		{"trips", "truncate trips cascade", ""},
		{"trips", tripOf + "('{alice}', 'n', 'd', '2027-01-01', '2027-01-01')", "A"},

		{"trip_collaborators", "select from trip_collaborators where trip_id = {trip}", "AVE"},
		{"trip_collaborators", "insert into trip_collaborators (trip_id, user_id, role) values ({trip}, '{bob}', 'editor')", "A"},
		{"trip_collaborators", "insert into trip_collaborators (trip_id, user_id, role) values ({trip}, '{bob}', 'viewer') on conflict (trip_id, user_id) do update set role = 'editor'", "A"},
		{"trip_collaborators", "update trip_collaborators set role = 'editor' where user_id = '{victor}'", "A"},
		{"trip_collaborators", "update trip_collaborators set user_id = '{bob}' where user_id = '{victor}'", ""},
		{"trip_collaborators", "delete from trip_collaborators where user_id = '{victor}'", "AV"},
		{"trip_collaborators", "delete from trip_collaborators where user_id = '{edith}'", "AE"},

		{"itinerary_items", "select from itinerary_items where trip_id = {trip}", "AVE"},
		{"itinerary_items", "insert into itinerary_items (trip_id, day, kind, title) values ({trip}, '2027-06-03', 'meal', 't')", "AE"},
		{"itinerary_items", "update itinerary_items set title = 'x' where trip_id = {trip}", "AE"},
		{"itinerary_items", "update itinerary_items set trip_id = 77 where trip_id = {trip}", ""},
		{"itinerary_items", "delete from itinerary_items where trip_id = {trip}", "AE"},

		{"chat_sessions", "select from chat_sessions where id = {session}", "A"},
		{"chat_sessions", "insert into chat_sessions (user_id) values ('{alice}')", "A"},
		{"chat_sessions", "update chat_sessions set title = 'x' where id = {session}", "A"},
		{"chat_sessions", "update chat_sessions set user_id = '{bob}' where id = {session}", ""},
		{"chat_sessions", "delete from chat_sessions where id = {session}", "A"},
		{"chat_sessions", "insert into chat_sessions (user_id, trip_id) values (auth.uid(), {trip})", "AVE"},

		{"chat_messages", "select from chat_messages where session_id = {session}", "A"},
		{"chat_messages", "insert into chat_messages (session_id, role, content) values ({session}, 'user', 'x')", "A"},
		{"chat_messages", "update chat_messages set content = 'x' where session_id = {session}", ""},
		{"chat_messages", "delete from chat_messages where session_id = {session}", ""},

		{"memories", "select from memories", "A"},
		{"memories", "select from memories order by embedding <=> array_fill(0.05, array[384])::vector limit 5", "A"},
		{"memories", "insert into memories (user_id, content, model, embedding) values ('{alice}', 'x', 'm', array_fill(0.1, array[384])::vector)", "A"},
		{"memories", "update memories set content = 'x'", ""},
		{"memories", "delete from memories", "A"},

		{"destinations", "select from destinations limit 1", "AVEBUN"},
		{"destinations", "insert into destinations (name, country, country_code, latitude, longitude, daily_cost_cents, season) select 'x', 'x', 'XX', 0, 0, 1, season from destinations limit 1", ""},
		{"destinations", "update destinations set popularity = 1000", ""},
		{"destinations", "delete from destinations", ""},

		{"api_keys", "select sealed from api_keys", "A"},
		{"api_keys", keyOf + "('{alice}', 'p', 'n', 'h', 's')", "A"},
		{"api_keys", keyOf + "('{alice}', 'openai', 'mine', 'h', 's') on conflict (user_id, provider, name) do update set sealed = excluded.sealed", "A"},
		{"api_keys", "update api_keys set sealed = 'x'", "A"},
		{"api_keys", "update api_keys set user_id = '{bob}'", ""},
		{"api_keys", "update api_keys set provider = 'x'", ""},
		{"api_keys", "delete from api_keys", "A"},

		{"audit_log", "select from audit_log", "A"},
		{"audit_log", "insert into audit_log (user_id, action, subject) values ('{alice}', 'api_key.created', 'x')", ""},
		{"audit_log", "insert into audit_log (user_id, action, subject) values (auth.uid(), 'api_key.created', 'x')", ""},
		{"audit_log", "update audit_log set subject = 'x'", ""},
		{"audit_log", "delete from audit_log", ""},
		{"audit_log", "truncate audit_log", ""},

		{"idempotency_keys", "select from idempotency_keys", "A"},
		{"idempotency_keys", "insert into idempotency_keys (user_id, key, fingerprint, kind) values ('{alice}', 'k', decode(repeat('00', 32), 'hex'), 'trip')", "A"},
		{"idempotency_keys", "update idempotency_keys set resource_id = 1", "A"},
		{"idempotency_keys", "update idempotency_keys set fingerprint = decode(repeat('01', 32), 'hex')", ""},
		{"idempotency_keys", "delete from idempotency_keys", ""},

		{"private.schema_migrations", "select from private.schema_migrations", "AVEBUN"},
		{"private.schema_migrations", "insert into private.schema_migrations values ('1', 'x', 'x', '1')", ""},
		{"private.schema_migrations", "delete from private.schema_migrations", ""},
	}
}

func (w *world) fill(sql string) string {
	return strings.NewReplacer("{alice}", w.alice.id, "{victor}", w.victor.id, "{edith}", w.edith.id, "{bob}", w.bob.id,
		"{trip}", fmt.Sprint(w.trip), "{session}", fmt.Sprint(w.session)).Replace(sql)
}

func testOtherUsersRows(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	letters := map[string]actor{"A": w.alice, "V": w.victor, "E": w.edith, "B": w.bob, "U": w.unclaimed, "N": w.anonymous}
	var tables []string
	for _, d := range deeds() {
		for letter, who := range letters {
			rows, state := w.attempt(t, who, false, w.fill(d.sql))
			if strings.Contains(d.allowed, letter) {
				assert.Empty(t, state, "%s may: %s", who.name, d.sql)
				assert.Positive(t, rows, "%s may: %s", who.name, d.sql)
				continue
			}
			assert.True(t, rows == 0 && (state == "" || state == denied), "%s may not: %s (%d rows, %s)", who.name, d.sql, rows, state)
			if letter == "N" {
				assert.Equal(t, denied, state, "without a token even the question is refused: %s", d.sql)
			}
		}
		tables = append(tables, d.table)
	}
	slices.Sort(tables)
	all := value[[]string](t, w.owner, "select array_agg(tablename::text order by tablename) from pg_tables where schemaname = 'public'")
	assert.Subset(t, tables, all, "a new table needs deeds here")
}

func testFormerEditor(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	change := w.fill("update trips set name = 'x' where id = {trip}")
	w.must(t, w.alice, "update trip_collaborators set role = 'viewer' where user_id = $1", w.edith.id)
	rows, _ := w.attempt(t, w.edith, false, change)
	assert.Zero(t, rows, "a viewer now")
	w.must(t, w.alice, "delete from trip_collaborators where user_id = $1", w.edith.id)
	rows, _ = w.attempt(t, w.edith, false, w.fill("select from trips where id = {trip}"))
	assert.Zero(t, rows, "a stranger now")
	// What is left of Edith's: a conversation about a trip that she does not see any more.
	rows, state := w.attempt(t, w.edith, false, "insert into chat_sessions (user_id, trip_id) values ($1, $2)", w.edith.id, w.trip)
	assert.Zero(t, rows)
	assert.Equal(t, denied, state)
}

// unprotected are the tables of public that lack row level security or policies.
const unprotected = `select coalesce(array_agg(c.relname::text), '{}') from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
	and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`

func testEveryTableIsProtected(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	assert.Empty(t, value[[]string](t, w.owner, unprotected))
	assert.Equal(t, []string{"destinations"}, value[[]string](t, w.owner, `select array_agg(distinct table_name::text)
		from information_schema.role_table_grants where grantee in ('anon', 'PUBLIC') and table_schema = 'public'`))
	assert.Zero(t, value[int64](t, w.owner, `select count(*) from pg_class c, unnest(array['anon', 'authenticated']) r
		where relkind = 'S' and relnamespace = 'public'::regnamespace and has_sequence_privilege(r, c.oid, 'usage, update')`))
	_, err := w.owner.Exec(t.Context(), "create table forgotten (id int); alter table forgotten enable row level security")
	require.NoError(t, err)
	assert.Equal(t, []string{"forgotten"}, value[[]string](t, w.owner, unprotected), "this test would notice")
}

func testDefinerFunctions(t *testing.T, pg *servicetest.Postgres) {
	w := newWorld(t, pg)
	assert.Empty(t, value[[]string](t, w.owner, `select coalesce(array_agg(proname::text), '{}') from pg_proc
		where pronamespace = 'private'::regnamespace and prosecdef and not 'search_path=""' = any (coalesce(proconfig, '{}'))`),
		"with another search path a caller could put functions of its own under them")
	callable := func(role string) []string {
		return value[[]string](t, w.owner, `select coalesce(array_agg(proname::text order by proname), '{}') from pg_proc
			where pronamespace = 'private'::regnamespace and has_function_privilege($1, oid, 'execute')`, role)
	}
	assert.Equal(t, []string{"plain"}, callable("anon"))
	assert.Equal(t, []string{"may_edit_trip", "plain", "shared_trips", "user_with_email"}, callable("authenticated"))
	assert.Equal(t, []string{"sweep"}, callable("authenticator"))
	for _, who := range []actor{w.bob, w.unclaimed} {
		_, state := w.attempt(t, who, false, "select 1 / (not private.may_edit_trip($1))::int", w.trip)
		assert.Empty(t, state)
	}
}
