package ws

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

const (
	alice = service.UserID("a11ce000-0000-4000-8000-000000000001")
	bob   = service.UserID("b0b00000-0000-4000-8000-000000000002")
	carol = service.UserID("ca401000-0000-4000-8000-000000000003")
)

// tally counts events, as "event" or "event:label".
type tally struct {
	service.Unobserved
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) Count(event service.Event, label string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[strings.TrimSuffix(string(event)+":"+label, ":")]++
}

func (t *tally) of(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[key]
}

// newHub returns a hub with the default limits, changed by tune, and
// ends all sockets at once.
func newHub(tune func(*Limits)) (*Hub, *tally) {
	limits, seen := DefaultLimits(), &tally{counts: map[string]int{}}
	limits.Spread = 0
	if tune != nil {
		tune(&limits)
	}
	return New(Options{
		Origins: []string{"https://app.example.com"}, Limits: limits, Observer: seen,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}), seen
}

// handler stands in for the API: the user is who the query says.
func handler(hub *Hub, life time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by := service.Principal{User: service.UserID(r.URL.Query().Get("user")), Expires: time.Now().Add(life)}
		if err := hub.Serve(wrapped{w}, r, by); err != nil {
			w.Header().Set("Code", string(service.CodeOf(err)))
			w.WriteHeader(http.StatusTeapot)
		}
	})
}

// wrapped is how a ResponseWriter comes through the API's own layers.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// serve runs the hub behind a real server.
func serve(t testing.TB, hub *Hub) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler(hub, time.Hour))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = hub.Drain(ctx)
		server.Close()
	})
	return server
}

// connect opens a socket and reads the hello.
func connect(t testing.TB, server *httptest.Server, user service.UserID) *websocket.Conn {
	t.Helper()
	conn, code := tryConnect(t, server.URL, user, &websocket.DialOptions{})
	require.Empty(t, code)
	assert.JSONEq(t, `{"type":"hello","heartbeat_seconds":25}`, string(read(t, conn)))
	return conn
}

// tryConnect returns a socket, or the code of the error.
func tryConnect(t testing.TB, url string, user service.UserID, options *websocket.DialOptions) (*websocket.Conn, service.Code) {
	t.Helper()
	conn, answer, err := dial(url, user, options)
	if err != nil {
		require.NotEmpty(t, answer.Get("Code"), "the answer is the caller's business: %v", err)
		return nil, service.Code(answer.Get("Code"))
	}
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, ""
}

// dial returns the headers of the answer too, or nil when there was none.
func dial(url string, user service.UserID, options *websocket.DialOptions) (*websocket.Conn, http.Header, error) {
	conn, answer, err := websocket.Dial(context.Background(), url+"/ws?user="+string(user), options) //nolint:bodyclose // the library closes it
	if answer == nil {
		return conn, nil, err
	}
	return conn, answer.Header, err
}

func read(t testing.TB, conn *websocket.Conn) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	kind, body, err := conn.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, websocket.MessageText, kind)
	return body
}

// change is a change of trip id.
func change(id int64, users ...service.UserID) service.RowChange {
	return service.RowChange{
		Table: "trips", Op: "update", ID: id, Trip: id, At: time.Unix(1_700_000_000, 0).UTC(),
		Record: json.RawMessage(`{"id": 1, "name": "Lisbon"}`), Users: users,
	}
}

// idOf reads a change and returns its row's id.
func idOf(t testing.TB, body []byte) int64 {
	t.Helper()
	var got struct {
		Type string `json:"type"`
		ID   int64  `json:"id"`
	}
	require.NoError(t, json.Unmarshal(body, &got))
	require.Equal(t, "change", got.Type, "%s", body)
	return got.ID
}

// farewell reads until the server closes, and returns the changes before and how it closed.
func farewell(t testing.TB, conn *websocket.Conn) (ids []int64, closed websocket.CloseError) {
	t.Helper()
	for {
		_, body, err := conn.Read(context.Background())
		if err != nil {
			require.ErrorAs(t, err, &closed)
			return ids, closed
		}
		ids = append(ids, idOf(t, body))
	}
}

// eventually waits for something that another goroutine is about to do.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	require.Eventually(t, done, time.Minute, time.Millisecond, what)
}

func (h *Hub) count() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.open
}
