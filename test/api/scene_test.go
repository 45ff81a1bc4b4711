package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// pollPause is between two looks at something that takes a while.
const pollPause = 5 * time.Millisecond

func number(value any) string { return fmt.Sprintf("%.0f", value) }

// scene is one of each thing of somebody, and somebody else who edits the trip.
type scene struct {
	values map[string]string // of the parameters of paths: {item}, {user}, and {id} by the path's beginning
	friend person
}

func prepare(t tester, a *api, owner, friend person) scene {
	t.Helper()
	c := a.as(owner)
	a.as(friend).do(t, "PUT", "/me", `{"name":"Friend","preferences":{}}`).is(t, 200)
	trip := c.make(t, "/trips", aTrip)
	item := c.make(t, "/trips/"+trip+"/items", anItem)
	c.do(t, "POST", "/trips/"+trip+"/share", `{"user_id":"`+friend.id+`","role":"editor"}`).is(t, 200)
	session := c.make(t, "/chat/sessions", `{"trip_id":`+trip+`,"title":"Where to eat"}`)
	c.make(t, "/chat/sessions/"+session+"/messages", `{"role":"user","content":"Hello"}`)
	memory := c.make(t, "/memory", `{"content":"Prefers window seats"}`)
	key := c.make(t, "/keys", `{"provider":"openai","name":"`+secret("name")+`","key":"`+secret("key")+`"}`)
	return scene{friend: friend, values: map[string]string{
		"item": item, "user": friend.id, "/trips": trip, "/chat": session, "/memory": memory, "/keys": key, "/destinations": "1",
	}}
}

// fill puts the scene's things into a path of the document.
func (s scene) fill(path string) string {
	for prefix, id := range s.values {
		if strings.HasPrefix(path, prefix+"/") {
			path = strings.Replace(path, "{id}", id, 1)
		}
	}
	return strings.NewReplacer("{item}", s.values["item"], "{user}", s.values["user"]).Replace(path)
}

// example is the document's own body for an operation, with the scene's things in it; "" for none.
func (s scene) example(t testing.TB, op *openapi3.Operation) string {
	t.Helper()
	if op.RequestBody == nil {
		return ""
	}
	body, err := json.Marshal(op.RequestBody.Value.Content.Get("application/json").Schema.Value.Example)
	require.NoError(t, err)
	return strings.NewReplacer(`"trip_id":1`, `"trip_id":`+s.values["/trips"], "friend@example.com", s.friend.email).Replace(string(body))
}

// send makes a request of an operation, with an If-Match that fits whatever needs one.
func (s scene) send(t testing.TB, c *client, method, path string, op *openapi3.Operation, headers ...string) answer {
	t.Helper()
	return c.do(t, method, s.fill(path), s.example(t, op), append([]string{"If-Match", "*"}, headers...)...)
}

// isSocket says whether an operation begins a websocket, which is not for an HTTP client.
func isSocket(path string) bool { return path == "/ws" }

// needsToken says whether an operation is for users only.
func needsToken(op *openapi3.Operation) bool { return op.Security == nil }

func isGet(method string) bool { return method == http.MethodGet }
