package apitest

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tables are all that belongs to users, but for what every user's first request makes.
const tables = `select coalesce(string_agg(row, E'\n' order by row), '') from (
	select 'trip ' || t::text as row from trips t union all
	select 'collaborator ' || t::text from trip_collaborators t union all
	select 'item ' || t::text from itinerary_items t union all
	select 'session ' || t::text from chat_sessions t union all
	select 'message ' || t::text from chat_messages t union all
	select 'memory ' || t::text from memories t union all
	select 'key ' || t::text from api_keys t union all
	select 'audit ' || t::text from audit_log t) rows`

// TestOthersThings: whatever somebody has, others cannot tell it from what nobody has, and can do
// nothing to it. With the right body or a wrong one, a good version or a stale one: always the same
// answer for both ids.
func TestOthersThings(t *testing.T) {
	a, ada, eve := start(t), someone("ada"), someone("eve")
	things := prepare(t, a, ada, someone("ben"))
	hers := a.as(eve)
	hers.do(t, "PUT", "/me", `{"name":"Eve","preferences":{}}`).is(t, 200)
	trip := "/trips/" + hers.make(t, "/trips", aTrip) // of hers, to hang others' items to
	before := query(t, a.site, pgx.RowTo[string], tables)
	require.Contains(t, before[0], "Castle")
	nobodys := strings.NewReplacer("{id}", "999999", "{item}", "999999", "{user}", things.friend.id)

	document(t).operations(func(method, path string, op *openapi3.Operation) {
		if !strings.Contains(path, "{") || strings.HasPrefix(path, "/destinations") {
			return
		}
		t.Run(op.OperationID, func(t *testing.T) {
			bodies := []string{things.example(t, op)}
			if op.RequestBody != nil {
				bodies = append(bodies, `{"no_such_field":1}`, `{`, "")
			}
			for _, body := range bodies {
				for _, match := range []string{"*", `"1"`, `"999"`} {
					theirs := hers.do(t, method, things.fill(path), body, "If-Match", match)
					none := hers.do(t, method, nobodys.Replace(path), body, "If-Match", match)
					require.Equal(t, none.status, theirs.status, "%s %s", body, theirs.body)
					got, want := theirs.json(t), none.json(t)
					delete(got, "request_id")
					delete(want, "request_id")
					require.Equal(t, want, got)
					if body == bodies[0] {
						require.Equal(t, 404, theirs.status, "%s", theirs.body)
					}
				}
			}
		})
	})
	item := trip + "/items/" + things.values["item"]
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		body := ""
		if method == "PUT" {
			body = anItem
		}
		hers.do(t, method, item, body, "If-Match", "*").fails(t, 404, "not_found")
	}
	theirs := hers.do(t, "POST", "/chat/sessions", `{"trip_id":`+things.values["/trips"]+`}`).fails(t, 422, "invalid").json(t)
	none := hers.do(t, "POST", "/chat/sessions", `{"trip_id":999999}`).fails(t, 422, "invalid").json(t)
	assert.Equal(t, none["errors"], theirs["errors"])
	for _, list := range []string{"/chat/sessions", "/keys"} {
		assert.Empty(t, hers.do(t, "GET", list, "").items(t))
	}
	assert.Len(t, hers.do(t, "GET", "/trips", "").items(t), 1)
	assert.Empty(t, hers.do(t, "POST", "/memory/search", `{"query":"window seats"}`).items(t))
	assert.Equal(t, before, query(t, a.site, pgx.RowTo[string], tables))
}

// TestCursorsOfOthers: a page's cursor shows nothing of somebody else, whoever got it.
func TestCursorsOfOthers(t *testing.T) {
	a, ada, eve := start(t), someone("ada"), someone("eve")
	c, hers := a.as(ada), a.as(eve)
	for range 3 {
		c.make(t, "/trips", aTrip)
	}
	hers.make(t, "/trips", strings.Replace(aTrip, "A week in Lisbon", "Hers", 1))
	next := c.do(t, "GET", "/trips?limit=1", "").json(t)["next"].(string)
	for _, trip := range hers.do(t, "GET", "/trips?after="+next, "").is(t, 200).items(t) {
		assert.Equal(t, "Hers", trip["name"])
	}
}
