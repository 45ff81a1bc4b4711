package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type listed struct {
	Items []struct{ ID int64 }
	Next  *string
}

// walk reads a list page by page, and returns the ids in their order.
func (s *scene) walk(path string, limit int) (ids []int64) {
	after := ""
	for {
		query := url.Values{"limit": {strconv.Itoa(limit)}}
		if after != "" {
			query.Set("after", after)
		}
		answer := s.send(http.MethodGet, path+"?"+query.Encode(), "")
		require.Equal(s.t, http.StatusOK, answer.Code, answer.Body)
		var page listed
		require.NoError(s.t, json.Unmarshal(answer.Body.Bytes(), &page))
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		if page.Next == nil {
			return ids
		}
		require.Len(s.t, page.Items, limit, "only the last page is short")
		after = *page.Next
	}
}

func TestWalkingLists(t *testing.T) {
	s := newScene(t, nil)
	more := map[string]string{
		"/trips":                       aTrip,
		"/trips/{id}/items":            `{"day":"2026-11-26","kind":"meal","title":"Lunch"}`,
		"/chat/sessions":               `{}`,
		"/chat/sessions/{id}/messages": `{"role":"user","content":"Hello"}`,
	}
	for path, body := range more {
		for range 24 {
			s.make(s.fill(path), body)
		}
	}
	for path := range more {
		all := s.walk(path, 100)
		assert.Len(t, all, 25)
		for _, limit := range []int{1, 7, 20, 25} {
			assert.Equal(t, all, s.walk(path, limit), "%s by %d", path, limit)
		}
		var standard listed
		require.NoError(t, json.Unmarshal(s.send(http.MethodGet, path, "").Body.Bytes(), &standard))
		assert.Len(t, standard.Items, 20)
	}
}

// TestParameters: each parameter of each operation takes what the document allows, and is named
// when it does not.
func TestParameters(t *testing.T) {
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		for _, p := range op.Parameters {
			if p.Value.In != "query" || p.Value.Name == "token" {
				continue
			}
			t.Run(op.OperationID+" "+p.Value.Name, func(t *testing.T) {
				s, schema := newScene(t, nil), p.Value.Schema.Value
				rapid.Check(t, func(rt *rapid.T) {
					s.within(rt)
					value := fmt.Sprint(drawValue(rt, schema))
					if p.Value.Name == "after" {
						value = ""
					}
					good := s.send(method, path+"?"+url.Values{p.Value.Name: {value}}.Encode(), "")
					require.Equal(rt, http.StatusOK, good.Code, good.Body)
				})
				s.t = t
				bad := []string{"%00", "%ff", "%zz", "x&" + p.Value.Name + "=y"}
				if schema.Type.Is(openapi3.TypeInteger) {
					bad = append(bad, "0", "-1", strconv.Itoa(int(*schema.Max)+1), "1.0", "ten", "", "99999999999999999999")
				}
				if p.Value.Name == "after" {
					bad = append(bad, "nonsense", "-1")
				}
				for _, value := range bad {
					refused := s.send(method, path+"?"+p.Value.Name+"="+value, "")
					require.Equal(t, http.StatusUnprocessableEntity, refused.Code, value)
				}
			})
		}
	})
}

// TestPathIDs: an id is a whole number from 1, written in one way.
func TestPathIDs(t *testing.T) {
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		params := document(t).doc.Paths.Value(path).Parameters
		for _, p := range params {
			s := newScene(t, nil)
			for _, bad := range []string{"0", "-1", "01", "+1", "1.0", "1e3", "x", "%00", "%ff", "99999999999999999999", "1%2F2"} {
				answer := s.as(alice, method, s.fillBut(path, p.Value.Name, bad), s.example(t, op), "If-Match", "*")
				require.Equal(t, http.StatusUnprocessableEntity, answer.Code, "%s %s=%s: %s", op.OperationID, p.Value.Name, bad, answer.Body)
				require.Contains(t, fieldsOf(t, answer.Body.Bytes()), "path."+p.Value.Name)
			}
		}
	})
}
