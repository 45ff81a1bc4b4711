package ws

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestChangesReachTheUsersConcernedOnce(t *testing.T) {
	hub, seen := newHub(nil)
	server := serve(t, hub)
	phone, laptop := connect(t, server, alice), connect(t, server, alice)
	other, stranger := connect(t, server, bob), connect(t, server, carol)

	hub.Publish(change(1, alice, bob, alice))
	hub.Publish(change(2, alice))
	hub.Publish(change(3, carol))
	want := `{"type":"change","table":"trips","op":"update","id":1,"trip_id":1,"at":"2023-11-14T22:13:20Z","record":{"id":1,"name":"Lisbon"}}`
	for _, conn := range []*websocket.Conn{phone, laptop, other} {
		assert.Equal(t, want, string(read(t, conn)), "without who else may see it")
	}
	for _, conn := range []*websocket.Conn{phone, laptop} {
		assert.Equal(t, int64(2), idOf(t, read(t, conn)))
	}
	assert.Equal(t, int64(3), idOf(t, read(t, stranger)), "the first that she gets")

	hub.Resync()
	for _, conn := range []*websocket.Conn{phone, laptop, other, stranger} {
		assert.JSONEq(t, `{"type":"resync"}`, string(read(t, conn)))
	}
	eventually(t, "all are counted", func() bool { return seen.of("websocket_message:trips") == 6 })
	assert.Equal(t, 4, seen.of("websocket_opened"))

	require.NoError(t, phone.Close(websocket.StatusNormalClosure, ""))
	eventually(t, "the place is free", func() bool { return hub.count() == 3 })
	assert.Equal(t, 1, seen.of("websocket_closed:client"))
	hub.Publish(change(4, alice))
	assert.Equal(t, int64(4), idOf(t, read(t, laptop)))
	assert.Zero(t, hub.held.Load())
}

func TestAChangeWithoutTheRowHasNoRecord(t *testing.T) {
	m, err := encode(service.RowChange{Table: "trip_collaborators", Op: "delete", Trip: 7, At: time.Unix(0, 0).UTC()})
	require.NoError(t, err)
	assert.Equal(t, `{"type":"change","table":"trip_collaborators","op":"delete","id":0,"trip_id":7,"at":"1970-01-01T00:00:00Z"}`, string(m.body))
}

func TestARowThatIsNoJSONIsNotSent(t *testing.T) {
	hub, _ := newHub(nil)
	conn := connect(t, serve(t, hub), alice)
	broken := change(1, alice)
	broken.Record = []byte(`{"name":`)
	hub.Publish(broken)
	hub.Publish(change(2, alice))
	assert.Equal(t, int64(2), idOf(t, read(t, conn)))
}

func TestOrigins(t *testing.T) {
	hub, _ := newHub(nil)
	server := serve(t, hub)
	for origin, want := range map[string]service.Code{
		"":                                 "",
		"https://app.example.com":          "",
		"https://APP.example.com":          "",
		"http://app.example.com":           service.CodeForbidden,
		"https://app.example.com:8443":     service.CodeForbidden,
		"https://app.example.com.evil.com": service.CodeForbidden,
		"https://evil.com":                 service.CodeForbidden,
		"null":                             service.CodeForbidden,
		"*":                                service.CodeForbidden,
		server.URL:                         service.CodeForbidden, // not even our own: we serve no pages
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, code := tryConnect(t, server.URL, alice, &websocket.DialOptions{HTTPHeader: header})
		assert.Equal(t, want, code, origin)
		if conn != nil {
			require.NoError(t, conn.Close(websocket.StatusNormalClosure, ""))
		}
	}
	eventually(t, "all are gone", func() bool { return hub.count() == 0 })
}

func TestPlacesAreLimited(t *testing.T) {
	hub, _ := newHub(func(l *Limits) { l.PerUser, l.Sockets = 2, 3 })
	server := serve(t, hub)
	first, _ := connect(t, server, alice), connect(t, server, alice)
	_, code := tryConnect(t, server.URL, alice, nil)
	assert.Equal(t, service.CodeTooMany, code)
	connect(t, server, bob)
	_, code = tryConnect(t, server.URL, carol, nil)
	assert.Equal(t, service.CodeDraining, code, "another process has room")

	require.NoError(t, first.Close(websocket.StatusNormalClosure, ""))
	eventually(t, "the place is free", func() bool { return hub.count() == 2 })
	connect(t, server, alice)
}

func TestWhatIsNoHandshakeIsAnError(t *testing.T) {
	hub, seen := newHub(nil)
	good := http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	for name, without := range map[string]string{
		"no upgrade": "Upgrade", "no connection": "Connection", "no version": "Sec-Websocket-Version", "no key": "Sec-Websocket-Key",
	} {
		request := httptest.NewRequest(http.MethodGet, "/ws", nil)
		request.Header = good.Clone()
		request.Header.Del(without)
		answer := httptest.NewRecorder()
		err := hub.Serve(answer, request, service.Principal{User: alice})
		assert.Equal(t, service.CodeInvalid, service.CodeOf(err), name)
		assert.Empty(t, answer.Body.String(), "the caller answers")
		assert.Equal(t, http.StatusOK, answer.Code, "nothing is written yet")
	}
	assert.Zero(t, hub.count(), "no place is lost")
	assert.Zero(t, hub.held.Load())
	assert.Zero(t, seen.of("websocket_opened"))
}

// TestServerTimeoutsDoNotEndSockets has a server whose every limit is shorter than the socket's life.
func TestServerTimeoutsDoNotEndSockets(t *testing.T) {
	hub, _ := newHub(nil)
	const limit = 50 * time.Millisecond
	server := httptest.NewUnstartedServer(handler(hub, time.Hour))
	config := server.Config
	config.ReadHeaderTimeout, config.ReadTimeout, config.WriteTimeout, config.IdleTimeout = limit, limit, limit, limit
	server.Start()
	t.Cleanup(server.Close)
	conn := connect(t, server, alice)
	time.Sleep(4 * limit)
	hub.Publish(change(1, alice))
	assert.Equal(t, int64(1), idOf(t, read(t, conn)), "written after WriteTimeout")
	require.NoError(t, conn.Ping(conn.CloseRead(t.Context())), "read after ReadTimeout")
	require.NoError(t, hub.Drain(t.Context()))
}
