package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreatingOnce: the same request with the same key makes one thing, whoever else uses the key.
func TestCreatingOnce(t *testing.T) {
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		if op.Responses.Status(http.StatusGone) == nil {
			return
		}
		t.Run(op.OperationID, func(t *testing.T) {
			s := newScene(t, nil)
			path, body := s.fill(path), s.example(t, op)
			const key = "0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f"
			made := s.as(alice, method, path, body, "Idempotency-Key", key)
			require.Equal(t, http.StatusCreated, made.Code)
			assert.Empty(t, made.Header().Get("Idempotency-Replayed"))
			before := s.stores.lastID
			events := len(s.events.list())

			again := s.as(alice, method, path, " "+strings.Replace(body, ",", " ,\n", 1), "Idempotency-Key", key)
			assert.Equal(t, http.StatusCreated, again.Code)
			assert.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
			assert.Equal(t, made.Body.String(), again.Body.String())
			assert.Equal(t, made.Header().Get("Location"), again.Header().Get("Location"))
			assert.Equal(t, before, s.stores.lastID, "nothing new")
			assert.Len(t, s.events.list(), events, "and nothing counted")

			other := strings.NewReplacer("A week", "Two weeks", "Castle", "Museum", "Where", "When", "window", "aisle").Replace(body)
			require.NotEqual(t, body, other)
			reused := s.as(alice, method, path, other, "Idempotency-Key", key)
			assert.Equal(t, http.StatusUnprocessableEntity, reused.Code)
			assert.Equal(t, "idempotency_key_reused", bodyOf(t, reused)["code"])

			if op.OperationID == "createTrip" || op.OperationID == "addMemory" {
				theirs := s.as(bob, method, path, body, "Idempotency-Key", key)
				assert.Equal(t, http.StatusCreated, theirs.Code, "bob's key is another one")
				assert.NotEqual(t, made.Body.String(), theirs.Body.String())
			}
			if location := made.Header().Get("Location"); location != path { // messages cannot be deleted
				require.Equal(t, http.StatusNoContent, s.as(alice, http.MethodDelete, location, "").Code)
				gone := s.as(alice, method, path, body, "Idempotency-Key", key)
				assert.Equal(t, http.StatusGone, gone.Code)
				assert.Equal(t, "idempotent_result_gone", bodyOf(t, gone)["code"])
			}
			for _, bad := range []string{"", "a b", "ä", strings.Repeat("k", 256)} {
				refused := s.as(alice, method, path, body, "Idempotency-Key", bad)
				assert.Equal(t, http.StatusUnprocessableEntity, refused.Code, bad)
				assert.Equal(t, []string{"header.Idempotency-Key"}, fieldsOf(t, refused.Body.Bytes()))
			}
		})
	})
}
