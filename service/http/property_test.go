package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// writing is an operation with a body.
type writing struct {
	method, path string
	op           *openapi3.Operation
}

func (w writing) schema() *openapi3.Schema {
	return w.op.RequestBody.Value.Content.Get(jsonType).Schema.Value
}

func writings(c contract) (all []writing) {
	c.operations(func(method, path string, op *openapi3.Operation) {
		if op.RequestBody != nil {
			all = append(all, writing{method, path, op})
		}
	})
	return all
}

// fit puts people and things of the scene where a schema allows any.
func (s *scene) fit(op *openapi3.Operation, body map[string]any) {
	if op.OperationID == "shareTrip" {
		if body["user_id"] != nil {
			body["user_id"] = strings.ToUpper(string(bob))
		} else {
			body["email"] = "bob@example.com"
		}
	}
	if op.OperationID == "createSession" && body["trip_id"] != nil {
		body["trip_id"] = json.Number(s.values["/trips"])
	}
	if op.OperationID == "changeTrip" { // one day alone could end the trip before its start
		delete(body, "start_date")
		delete(body, "end_date")
		body["notes"] = "changed"
	}
}

// TestGoodBodies: whatever the document allows, the API takes.
func TestGoodBodies(t *testing.T) {
	for _, w := range writings(document(t)) {
		t.Run(w.op.OperationID, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := newScene(t, nil).within(rt)
				body := drawObject(rt, w.schema())
				s.fit(w.op, body)
				text, err := json.Marshal(body)
				require.NoError(rt, err)
				require.NoError(rt, w.schema().VisitJSON(generic(text)), "the draw itself is good")
				kind := rapid.SampledFrom([]string{"", "application/json", "application/json; charset=utf-8",
					"application/merge-patch+json", "application/x-www-form-urlencoded"}).Draw(rt, "type")
				answer := s.send(w.method, w.path, string(text), "Content-Type", kind)
				require.Less(rt, answer.Code, 300, answer.Body)
			})
		})
	}
}

func generic(text []byte) (value any) {
	_ = json.Unmarshal(text, &value)
	return value
}

// TestBadBodies: one fault is enough, and the answer says where it is.
func TestBadBodies(t *testing.T) {
	for _, w := range writings(document(t)) {
		t.Run(w.op.OperationID, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := newScene(t, nil).within(rt)
				body := drawObject(rt, w.schema())
				s.fit(w.op, body)
				field := spoil(rt, w.schema(), body)
				text, err := json.Marshal(body)
				require.NoError(rt, err)
				answer := s.send(w.method, w.path, string(text))
				require.Equal(rt, http.StatusUnprocessableEntity, answer.Code, "%s: %s", text, answer.Body)
				require.Contains(rt, fieldsOf(t, answer.Body.Bytes()), field, "%s", answer.Body)
			})
		})
	}
}

func fieldsOf(t *testing.T, body []byte) (fields []string) {
	var found struct{ Errors []service.FieldFault }
	require.NoError(t, json.Unmarshal(body, &found))
	for _, fault := range found.Errors {
		fields = append(fields, fault.Field)
	}
	return fields
}

// TestNoBodies: what is no JSON object at all.
func TestNoBodies(t *testing.T) {
	for _, w := range writings(document(t)) {
		t.Run(w.op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			good := s.example(t, w.op)
			for _, text := range []string{
				"", " ", "null", "[]", `"x"`, "7", "{", good[:len(good)-1], good + "{}", good + "x", "[" + good + "]",
				"\ufeff" + good, strings.Repeat(`{"a":`, 10_000), `{"a":"` + "\xff" + `"}`, "q=hotels&limit=5",
				good[:len(good)-1] + "," + good[1:], // everything twice
			} {
				answer := s.send(w.method, w.path, text)
				require.Equal(t, http.StatusUnprocessableEntity, answer.Code, "%.60q", text)
				require.Equal(t, "invalid", bodyOf(t, answer)["code"])
			}
			for _, kind := range []string{"text/html", "multipart/form-data; boundary=x", "application/xml", "application/"} {
				require.Equal(t, http.StatusUnsupportedMediaType, s.send(w.method, w.path, good, "Content-Type", kind).Code, kind)
			}
			large := `{"a":"` + strings.Repeat("x", 2<<20) + `"}`
			require.Equal(t, http.StatusRequestEntityTooLarge, s.send(w.method, w.path, large).Code)
		})
	}
}
