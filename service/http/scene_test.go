package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

const (
	aTrip    = `{"name":"Always","destination":"Lisbon","start_date":"1970-01-01","end_date":"2199-12-31"}`
	aKey     = "sk-abcdefghijklmnop-1234"
	aKeyBody = `{"provider":"openai","name":"private","key":"` + aKey + `"}`
)

// scene is a fixture in which alice has one of each thing, and bob edits her trip.
type scene struct {
	*fixture
	values map[string]string // of the parameters of each path, by "path name"
}

func newScene(t testing.TB, change func(*Options)) *scene {
	s := &scene{fixture: newFixture(t, change)}
	trip := s.make("/trips", aTrip)
	item := s.make("/trips/"+trip+"/items", `{"day":"2026-11-26","kind":"activity","title":"Castle","latitude":38.7,"longitude":-9.1,"cost_cents":1500}`)
	session := s.make("/chat/sessions", `{"trip_id":`+trip+`,"title":"Where to eat"}`)
	s.make("/chat/sessions/"+session+"/messages", `{"role":"user","content":"Hello"}`)
	memory := s.make("/memory", `{"content":"Prefers window seats"}`)
	key := s.make("/keys", aKeyBody)
	share := s.as(alice, http.MethodPost, "/trips/"+trip+"/share", `{"user_id":"`+string(bob)+`","role":"editor"}`)
	require.Equal(t, http.StatusOK, share.Code, share.Body)
	s.values = map[string]string{"item": item, "user": string(bob)}
	for prefix, id := range map[string]string{"/trips": trip, "/chat": session, "/memory": memory, "/keys": key, "/destinations": "1"} {
		s.values[prefix] = id
	}
	return s
}

// make creates something of alice's and returns its id.
func (s *scene) make(path, body string) string {
	answer := s.as(alice, http.MethodPost, path, body)
	require.Equal(s.t, http.StatusCreated, answer.Code, answer.Body)
	var made struct{ ID int64 }
	require.NoError(s.t, json.Unmarshal(answer.Body.Bytes(), &made))
	return strconv.FormatInt(made.ID, 10)
}

// fill puts the scene's things into a path of the document.
func (s *scene) fill(path string) string {
	for prefix, id := range s.values {
		if strings.HasPrefix(path, prefix+"/") {
			path = strings.Replace(path, "{id}", id, 1)
		}
	}
	return strings.NewReplacer("{item}", s.values["item"], "{user}", s.values["user"]).Replace(path)
}

// fillBut puts one value of its own into a path.
func (s *scene) fillBut(path, name, value string) string {
	return s.fill(strings.Replace(path, "{"+name+"}", value, 1))
}

// send makes a request of alice, with an If-Match that fits whatever needs one.
func (s *scene) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	return s.as(alice, method, s.fill(path), body, append([]string{"If-Match", `"1"`}, headers...)...)
}

// within makes failed checks count for one draw of rapid, which then looks for a smaller one.
func (s *scene) within(t *rapid.T) *scene {
	s.t = t
	return s
}

// example returns a body for an operation, which fits the scene.
func (s *scene) example(t *testing.T, op *openapi3.Operation) string {
	if op.RequestBody == nil {
		return ""
	}
	body, err := json.Marshal(op.RequestBody.Value.Content.Get(jsonType).Schema.Value.Example)
	require.NoError(t, err)
	return strings.NewReplacer(`"trip_id":1`, `"trip_id":`+s.values["/trips"], "friend@", "bob@").Replace(string(body))
}

// TestEveryOperation sends what the document gives as an example to every operation, with and
// without the token and the scope that the document asks for.
func TestEveryOperation(t *testing.T) {
	c := document(t)
	scopes := map[string]bool{}
	c.operations(func(_, _ string, op *openapi3.Operation) { scopes[scopeOf(op)] = true })
	c.operations(func(method, path string, op *openapi3.Operation) {
		t.Run(op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			body := s.example(t, op)
			answer := s.send(method, path, body, "Idempotency-Key", "a-key", "If-None-Match", `"none"`)
			require.Less(t, answer.Code, 300, answer.Body)
			if op.Security != nil {
				return
			}
			s = newScene(t, nil)
			without := s.do(httptest.NewRequest(method, s.fill(path), strings.NewReader(body)))
			require.Equal(t, http.StatusUnauthorized, without.Code)
			others := string(alice)
			for scope := range scopes {
				if scope != scopeOf(op) {
					others += "/" + scope
				}
			}
			refused := s.as(service.UserID(others), method, s.fill(path), body, "If-Match", "*")
			require.Equal(t, http.StatusForbidden, refused.Code)
			require.Equal(t, "scope_missing", bodyOf(t, refused)["code"])
			let := s.as(alice+"/"+service.UserID(scopeOf(op)), method, s.fill(path), body, "If-Match", "*")
			require.Less(t, let.Code, 300, let.Body)
		})
	})
}

// TestOthersThings: whatever alice has, somebody else cannot tell it from what nobody has.
func TestOthersThings(t *testing.T) {
	c := document(t)
	c.operations(func(method, path string, op *openapi3.Operation) {
		if !strings.Contains(path, "{") || strings.HasPrefix(path, "/destinations") {
			return
		}
		t.Run(op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			left := s.as(bob, http.MethodDelete, s.fill("/trips/{id}/collaborators/{user}"), "")
			require.Equal(t, http.StatusNoContent, left.Code)
			body := s.example(t, op)
			theirs := s.as(bob, method, s.fill(path), body, "If-Match", "*")
			require.Equal(t, http.StatusNotFound, theirs.Code, theirs.Body)
			nobodys := s.as(bob, method, strings.NewReplacer("{id}", "999", "{item}", "999", "{user}", string(bob)).Replace(path), body, "If-Match", "*")
			require.Equal(t, http.StatusNotFound, nobodys.Code)
			got, want := bodyOf(t, theirs), bodyOf(t, nobodys)
			delete(got, "request_id")
			delete(want, "request_id")
			require.Equal(t, want, got)
		})
	})
}
