package preview

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// object is a JSON object.
type object = map[string]any

// request is what a provider asked of a service.
type request struct {
	Line string `json:"request"`        // method, host unless it is an address, path
	Body any    `json:"body,omitempty"` // decoded JSON
}

// service answers for one of the services and keeps what it was asked.
type service struct {
	mux *http.ServeMux

	mu       sync.Mutex
	requests []request
}

// ServeHTTP keeps the request and answers it.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	kept := request{Line: r.Method + " " + r.Host + r.URL.Path}
	if _, _, err := net.SplitHostPort(r.Host); err == nil {
		kept.Line = r.Method + " " + r.URL.Path // the port is another one each time
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &kept.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, kept)
	r.Body = io.NopCloser(strings.NewReader(string(raw)))
	s.mux.ServeHTTP(w, r)
}

// on answers a pattern of http.ServeMux: with nil 404, with a number that
// status, with anything else its JSON. Answers are given one at a time.
func (s *service) on(pattern string, answer func(r *http.Request, body object) any) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var body object
		_ = json.NewDecoder(r.Body).Decode(&body) // a body that is a list, or none, is of no interest to answers
		w.Header().Set("Content-Type", "application/json")
		switch value := answer(r, body).(type) {
		case nil:
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"message": "Not Found", "error": {"code": "not_found", "message": "not found"}}`)
		case int:
			w.WriteHeader(value)
		default:
			_ = json.NewEncoder(w).Encode(value) // the provider reports what is cut short
		}
	})
}

// writes are the requests that change something, in order of their text: the
// engine makes what does not depend on each other at the same time.
func (s *service) writes() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := []request{}
	for _, one := range s.requests {
		if !strings.HasPrefix(one.Line, http.MethodGet+" ") {
			writes = append(writes, one)
		}
	}
	slices.SortFunc(writes, func(a, b request) int { return strings.Compare(a.text(), b.text()) })
	return writes
}

// text has the names of a body in order.
func (r request) text() string {
	body, err := json.Marshal(r.Body)
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	return r.Line + " " + string(body)
}

// written is a readable list of writes.
func written(t *testing.T, writes []request) []byte {
	t.Helper()
	text, err := json.MarshalIndent(writes, "", "  ")
	require.NoError(t, err)
	return append(text, '\n')
}

// serve makes the service answer at an address of its own.
func (s *service) serve(t *testing.T) *httptest.Server {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server
}
