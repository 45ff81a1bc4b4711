package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// versioned are the things that change under a version.
func versioned(t *testing.T) (all []writing) {
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		if op.Responses.Status(http.StatusPreconditionRequired) != nil {
			all = append(all, writing{method, path, op})
		}
	})
	require.Len(t, all, 2, "trips and items")
	return all
}

func TestVersions(t *testing.T) {
	for _, w := range versioned(t) {
		t.Run(w.op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			path, body := s.fill(w.path), s.example(t, w.op)
			first := s.as(alice, http.MethodGet, path, "")
			require.Equal(t, `"1"`, first.Header().Get("Etag"))

			missing := s.as(alice, w.method, path, body)
			assert.Equal(t, http.StatusPreconditionRequired, missing.Code)
			assert.Equal(t, "precondition_required", bodyOf(t, missing)["code"])

			changed := s.as(alice, w.method, path, body, "If-Match", `"1"`)
			require.Equal(t, http.StatusOK, changed.Code)
			assert.Equal(t, `"2"`, changed.Header().Get("Etag"))
			assert.EqualValues(t, 2, bodyOf(t, changed)["version"])

			stale := s.as(bob, w.method, path, body, "If-Match", `"1"`)
			assert.Equal(t, http.StatusPreconditionFailed, stale.Code, "bob may edit, but not what he has not seen")
			assert.Equal(t, "version_conflict", bodyOf(t, stale)["code"])
			assert.Equal(t, changed.Body.String(), s.as(bob, http.MethodGet, path, "").Body.String())

			any := s.as(bob, w.method, path, body, "If-Match", "*")
			assert.Equal(t, `"3"`, any.Header().Get("Etag"))
			for _, bad := range []string{"3", `"x"`, `"0"`, `"-1"`, `"03"`, `"1", "2"`, "", `"99999999999999999999"`} {
				refused := s.as(alice, w.method, path, body, "If-Match", bad)
				require.Equal(t, http.StatusUnprocessableEntity, refused.Code, bad)
				require.Contains(t, fieldsOf(t, refused.Body.Bytes()), "header.If-Match")
			}

			gone := s.as(alice, http.MethodDelete, path, "", "If-Match", `"1"`)
			assert.Equal(t, http.StatusPreconditionFailed, gone.Code)
			gone = s.as(alice, http.MethodDelete, path, "", "If-Match", `"3"`)
			assert.Equal(t, http.StatusNoContent, gone.Code)
			assert.Equal(t, http.StatusNotFound, s.as(alice, http.MethodGet, path, "").Code)
			assert.Equal(t, http.StatusNotFound, s.as(alice, w.method, path, body, "If-Match", "*").Code)
		})
	}
}

// TestReadingAgain: every GET has an ETag that saves the second answer, and a HEAD that has the
// same headers.
func TestReadingAgain(t *testing.T) {
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		if op.Responses.Status(http.StatusNotModified) == nil {
			return
		}
		t.Run(op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			first := s.send(method, path, "")
			require.Equal(t, http.StatusOK, first.Code)
			etag := first.Header().Get("Etag")
			for _, has := range []string{etag, `"other", ` + etag, "W/" + strings.TrimPrefix(etag, "W/"), "*"} {
				again := s.send(method, path, "", "If-None-Match", has)
				assert.Equal(t, http.StatusNotModified, again.Code, has)
				assert.Equal(t, etag, again.Header().Get("Etag"))
			}
			assert.Equal(t, http.StatusOK, s.send(method, path, "", "If-None-Match", `"other"`).Code)
			head := s.send(http.MethodHead, path, "")
			assert.Equal(t, http.StatusOK, head.Code)
			for _, name := range []string{"Etag", "Content-Type", "Content-Length", "Ratelimit-Limit"} {
				assert.Equal(t, first.Header().Get(name), head.Header().Get(name), name)
			}
		})
	})
}

func TestRolesOfATrip(t *testing.T) {
	s := newScene(t, nil)
	trip := s.fill("/trips/{id}")
	assert.Equal(t, http.StatusForbidden, s.as(bob, http.MethodDelete, trip, "").Code, "editors do not delete trips")
	assert.Equal(t, http.StatusForbidden, s.as(bob, http.MethodPost, trip+"/share", `{"user_id":"`+string(bob)+`","role":"editor"}`).Code)
	lowered := s.as(alice, http.MethodPost, trip+"/share", `{"email":"bob@example.com","role":"viewer"}`)
	require.Equal(t, http.StatusOK, lowered.Code)
	assert.Equal(t, http.StatusOK, s.as(bob, http.MethodGet, trip, "").Code)
	assert.Equal(t, http.StatusForbidden, s.as(bob, http.MethodPatch, trip, `{"notes":"x"}`, "If-Match", "*").Code)
	assert.Contains(t, s.as(bob, http.MethodGet, "/trips", "").Body.String(), "Always", "shared trips are in the list")

	unknown := s.as(alice, http.MethodPost, trip+"/share", `{"email":"nobody@example.com","role":"viewer"}`)
	assert.Equal(t, http.StatusUnprocessableEntity, unknown.Code)
	assert.Equal(t, "user_unknown", bodyOf(t, unknown)["code"])
	assert.Contains(t, s.events.list(), "trip created")
	assert.Contains(t, s.events.list(), "trip shared")
}

func TestNullTakesTheBudgetAway(t *testing.T) {
	s := newScene(t, nil)
	with := s.send(http.MethodPatch, "/trips/{id}", `{"budget_cents":5}`)
	assert.Contains(t, with.Body.String(), `"budget_cents":5`)
	without := s.send(http.MethodPatch, "/trips/{id}", `{"budget_cents":null}`, "If-Match", "*")
	assert.Equal(t, http.StatusOK, without.Code, without.Body)
	assert.Contains(t, without.Body.String(), `"budget_cents":null`)
}

func TestAllFaultsAtOnce(t *testing.T) {
	s := newScene(t, nil)
	answer := s.as(alice, http.MethodPost, "/trips", `{"name":"","destination":7,"start_date":"2026-12-02","end_date":"2026-12-01",
		"budget_cents":-1,"currency":"euro","colour":"red"}`, "Idempotency-Key", "two words")
	require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	assert.ElementsMatch(t, []string{"colour", "destination", "name", "end_date", "budget_cents", "currency", "header.Idempotency-Key"},
		fieldsOf(t, answer.Body.Bytes()), "each once")
	item := s.as(alice, http.MethodPut, "/trips/x/items/-1", `{"latitude":91,"position":-1}`, "If-Match", "1")
	assert.ElementsMatch(t, []string{"path.id", "path.item", "header.If-Match", "latitude", "position", "day", "kind", "title"},
		fieldsOf(t, item.Body.Bytes()))
	null := s.send(http.MethodPatch, "/trips/{id}", `{"notes":null,"name":7}`)
	assert.Contains(t, null.Body.String(), `{"field":"notes","problem":"is null","expected":"a string"}`)
	assert.Contains(t, null.Body.String(), `{"field":"name","problem":"is of another type","expected":"a string"}`)
	assert.Equal(t, http.StatusUnprocessableEntity, s.send(http.MethodPatch, "/trips/{id}", `{}`).Code, "a change of nothing")
}
