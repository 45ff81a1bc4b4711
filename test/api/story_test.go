package apitest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	aTrip  = `{"name":"A week in Lisbon","destination":"Lisbon","start_date":"2026-11-26","end_date":"2026-12-02","budget_cents":150000}`
	anItem = `{"day":"2026-11-27","kind":"activity","title":"Castle","latitude":38.7139,"longitude":-9.1334,"cost_cents":1500}`
)

// TestTripOfTwo: a trip is made, shared, changed by both, and taken away again, and both see it as
// it happens as long as they may. Each of them talks to a process of their own.
func TestTripOfTwo(t *testing.T) {
	s, ada, ben := newSite(t), someone("ada"), someone("ben")
	hers, his := s.start(t).as(ada), s.start(t).as(ben)
	sheSees, heSees := hers.watch(t), his.watch(t)
	both := func(table, op string) map[string]any {
		t.Helper()
		message := sheSees.change(t, table, op)
		assert.Equal(t, message, heSees.change(t, table, op))
		return message
	}

	hers.do(t, "POST", "/trips/1/share", `{"email":"`+ben.email+`","role":"editor"}`).fails(t, 404, "not_found")
	trip := "/trips/" + hers.make(t, "/trips", aTrip)
	record := sheSees.change(t, "trips", "insert")["record"].(map[string]any)
	assert.Equal(t, "A week in Lisbon", record["name"])
	his.do(t, "GET", trip, "").fails(t, 404, "not_found")

	// Nobody knows him before he has used the service.
	invitation := `{"email":"` + ben.email + `","role":"editor"}`
	hers.do(t, "POST", trip+"/share", invitation).fails(t, 422, "user_unknown")
	his.do(t, "PUT", "/me", `{"name":"Ben","preferences":{}}`).is(t, 200)
	shared := hers.do(t, "POST", trip+"/share", invitation).is(t, 200).json(t)
	assert.Equal(t, ben.id, shared["user_id"])
	both("trip_collaborators", "insert")

	item := trip + "/items/" + his.make(t, trip+"/items", anItem)
	record = both("itinerary_items", "insert")["record"].(map[string]any)
	assert.Equal(t, "Castle", record["title"])
	hers.do(t, "GET", item, "").is(t, 200)
	his.do(t, "POST", trip+"/share", `{"email":"x@example.com","role":"editor"}`).fails(t, 403, "forbidden")
	his.do(t, "DELETE", trip, "").fails(t, 403, "forbidden")

	hers.do(t, "POST", trip+"/share", `{"user_id":"`+ben.id+`","role":"viewer"}`).is(t, 200)
	both("trip_collaborators", "update")
	his.do(t, "POST", trip+"/items", anItem).fails(t, 403, "forbidden")
	his.do(t, "PUT", item, anItem, "If-Match", `"1"`).fails(t, 403, "forbidden")
	his.do(t, "DELETE", item, "").fails(t, 403, "forbidden")
	his.do(t, "PATCH", trip, `{"name":"Mine"}`, "If-Match", `"1"`).fails(t, 403, "forbidden")
	assert.Equal(t, "A week in Lisbon", his.do(t, "GET", trip, "").is(t, 200).json(t)["name"])
	require.Len(t, his.do(t, "GET", trip+"/items", "").items(t), 1)

	stale := hers.do(t, "PATCH", trip, `{"notes":"Bring the camera."}`, "If-Match", `"1"`).is(t, 200)
	assert.Equal(t, `"2"`, stale.header.Get("Etag"))
	both("trips", "update")
	hers.do(t, "PATCH", trip, `{"notes":"No."}`, "If-Match", `"1"`).fails(t, 412, "version_conflict")
	hers.do(t, "PATCH", trip, `{"notes":"No."}`).fails(t, 428, "precondition_required")

	hers.do(t, "DELETE", trip+"/collaborators/"+ben.id, "").is(t, 204)
	both("trip_collaborators", "delete")
	his.do(t, "GET", trip, "").fails(t, 404, "not_found")
	hers.do(t, "DELETE", item, "").is(t, 204)
	hers.do(t, "DELETE", trip, "").is(t, 204)
	sheSees.change(t, "itinerary_items", "delete")
	sheSees.change(t, "trips", "delete")
	// Changes come in the order in which they happened, so these two were not for him.
	his.make(t, "/trips", aTrip)
	heSees.change(t, "trips", "insert")
}

func TestChatAndMemory(t *testing.T) {
	a, ada := start(t), someone("ada")
	c := a.as(ada)
	sees := c.watch(t)
	said, remembered := secret("chat"), secret("memory")

	session := "/chat/sessions/" + c.make(t, "/chat/sessions", `{"title":"`+secret("title")+`"}`)
	sees.change(t, "chat_sessions", "insert")
	for _, role := range []string{"user", "assistant", "system", "tool"} {
		c.make(t, session+"/messages", `{"role":"`+role+`","content":"`+said+`","metadata":{"tool":"`+secret("tool")+`"}}`)
		message := sees.change(t, "chat_messages", "insert")
		sees.change(t, "chat_sessions", "update") // it was used
		assert.Equal(t, said, message["record"].(map[string]any)["content"])
	}
	messages := c.do(t, "GET", session+"/messages?limit=3", "").is(t, 200)
	require.Len(t, messages.items(t), 3)
	rest := c.do(t, "GET", session+"/messages?limit=3&after="+messages.json(t)["next"].(string), "").items(t)
	require.Len(t, rest, 1)
	assert.Equal(t, "tool", rest[0]["role"])
	c.do(t, "DELETE", session, "").is(t, 204)
	c.do(t, "GET", session+"/messages", "").fails(t, 404, "not_found")

	for _, content := range []string{"Prefers window seats on long flights", "Is allergic to peanuts", "Likes small hotels in Paris " + remembered} {
		c.make(t, "/memory", `{"content":"`+content+`","metadata":{"source":"chat"}}`)
	}
	search := `{"query":"small hotels in Paris","limit":2}`
	found := c.do(t, "POST", "/memory/search", search).items(t)
	require.Len(t, found, 2)
	assert.Contains(t, found[0]["content"], remembered)
	assert.Greater(t, found[0]["similarity"], found[1]["similarity"])
	require.Empty(t, a.as(someone("ben")).do(t, "POST", "/memory/search", search).items(t))
	c.do(t, http.MethodDelete, "/memory/"+number(found[0]["id"]), "").is(t, 204)
	for _, left := range c.do(t, "POST", "/memory/search", search).items(t) {
		assert.NotContains(t, left["content"], remembered)
	}
}
