package ws

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// large is a change that fills queues and buffers soon.
func large(id int64, users ...service.UserID) service.RowChange {
	c := change(id, users...)
	c.Record = json.RawMessage(`{"notes":"` + strings.Repeat("x", 7000) + `"}`)
	return c
}

func TestASlowClientIsDroppedAndHoldsNobodyUp(t *testing.T) {
	hub, seen := newHub(func(l *Limits) { l.SocketBuffer = 8 << 10 })
	server := serve(t, hub)
	sleepy, awake := connect(t, server, alice), connect(t, server, alice)

	// The sleepy one reads nothing, until the system's buffers and then its queue are full.
	published := int64(0)
	for dropped := false; !dropped; dropped = ended(hub, alice) > 0 {
		published++
		hub.Publish(large(published, alice))
		require.Equal(t, published, idOf(t, read(t, awake)), "every one and in order")
		require.LessOrEqual(t, hub.held.Load(), int64(2*hub.Limits.QueueBytes))
		require.Less(t, published, int64(100_000), "the sleepy client was never dropped")
	}
	for range 100 {
		published++
		hub.Publish(large(published, alice))
		require.Equal(t, published, idOf(t, read(t, awake)))
	}
	assert.Zero(t, hub.held.Load(), "nothing is held for one who was dropped")

	got, closed := farewell(t, sleepy)
	for i, id := range got {
		require.Equal(t, int64(i+1), id, "what came before the end has no holes")
	}
	assert.Less(t, int64(len(got)), published)
	assert.Equal(t, websocket.CloseError{Code: websocket.StatusTryAgainLater, Reason: "slow"}, closed)
	eventually(t, "its place is free", func() bool { return hub.count() == 1 })
	assert.Equal(t, 1, seen.of("websocket_closed:slow"))
}

// ended counts the sockets of a user that are about to close.
func ended(h *Hub, user service.UserID) (n int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.users[user] {
		s.mu.Lock()
		if s.ended != nil {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

func TestAChattyClientIsClosed(t *testing.T) {
	hub, seen := newHub(func(l *Limits) { l.Close = 50 * time.Millisecond })
	server := serve(t, hub)
	for name, frame := range map[string][]byte{
		"messages": {0x81, 0x82, 0, 0, 0, 0, 'h', 'i'},
		"pings":    {0x89, 0x80, 0, 0, 0, 0},
	} {
		raw := rawClient(t, server.Listener.Addr().String(), alice)
		_, err := raw.Write(bytes.Repeat(frame, int(hub.Limits.Chatter)))
		require.NoError(t, err)
		eventually(t, name, func() bool { return chatter(hub) == hub.Limits.Chatter })
		require.Zero(t, ended(hub, alice), "so much is tolerated")
		_, err = raw.Write(frame)
		require.NoError(t, err)
		got, _ := io.ReadAll(raw) // ends with the connection, however that does
		assert.True(t, bytes.HasSuffix(got, []byte("\x88\x08\x03\xf0chatty")), "1008: %q", got)
		eventually(t, "it is gone", func() bool { return hub.count() == 0 })
	}
	assert.Equal(t, 2, seen.of("websocket_closed:error"))
}

// chatter is how much the only client has sent.
func chatter(h *Hub) int64 {
	for _, s := range h.sockets() {
		return s.chatter.Load()
	}
	return 0
}

func TestABigMessageClosesTheSocket(t *testing.T) {
	hub, seen := newHub(nil)
	conn := connect(t, serve(t, hub), alice)
	require.NoError(t, conn.Write(t.Context(), websocket.MessageBinary, make([]byte, hub.Limits.Incoming)))
	hub.Publish(change(1, alice))
	require.Equal(t, int64(1), idOf(t, read(t, conn)), "at the limit it is ignored")
	_ = conn.Write(t.Context(), websocket.MessageBinary, make([]byte, hub.Limits.Incoming+1))
	_, closed := farewell(t, conn)
	assert.Equal(t, websocket.StatusMessageTooBig, closed.Code)
	eventually(t, "it is gone", func() bool { return hub.count() == 0 })
	assert.Equal(t, 1, seen.of("websocket_closed:error"))
}

// TestAHastyClient sends its first messages with the handshake.
func TestAHastyClientLosesNothing(t *testing.T) {
	hub, _ := newHub(nil)
	server := serve(t, hub)
	raw, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = raw.Close() })
	const messages = 40 // more than one of our buffers, and less than one of net/http's
	hasty := handshakeOf(alice)
	for range messages {
		hasty = append(hasty, append([]byte{0x81, 0x8f, 0, 0, 0, 0}, "fifteen letters"...)...)
	}
	_, err = raw.Write(hasty)
	require.NoError(t, err)
	eventually(t, "all are heard", func() bool { return chatter(hub) == messages })
	require.Zero(t, ended(hub, alice))
}

// TestAStalledFrameDoesNotKeepItsPlace is about clients that stop in the middle of a message: the
// library would wait for the rest for ever.
func TestAStalledFrameDoesNotKeepItsPlace(t *testing.T) {
	hub, seen := newHub(func(l *Limits) { l.Close = 50 * time.Millisecond })
	server := serve(t, hub)
	for name, frame := range map[string][]byte{
		"too big":   append([]byte{0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4}, make([]byte, 2000)...),
		"unmasked":  {0x81, 0x02, 'h', 'i'},
		"reserved":  {0xf1, 0x80, 1, 2, 3, 4},
		"bad code":  {0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed},
		"long ping": {0x89, 0xfe, 0x01, 0x00, 1, 2, 3, 4},
	} {
		raw := rawClient(t, server.Listener.Addr().String(), alice)
		eventually(t, "it is open", func() bool { return hub.count() == 1 })
		_, err := raw.Write(frame)
		require.NoError(t, err, name)
		eventually(t, name, func() bool { return hub.count() == 0 })
	}
	assert.Equal(t, 5, seen.of("websocket_closed:error"))
}

// rawClient makes the handshake by hand and leaves the rest to the test.
func rawClient(t testing.TB, addr string, user service.UserID) net.Conn {
	t.Helper()
	raw, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = raw.Close() })
	handshake(t, raw, user)
	return raw
}

func handshake(t testing.TB, raw net.Conn, user service.UserID) {
	t.Helper()
	_, err := raw.Write(handshakeOf(user))
	require.NoError(t, err)
	var answer []byte
	for last := make([]byte, 1); !bytes.HasSuffix(answer, []byte("\r\n\r\n")); answer = append(answer, last...) {
		_, err := io.ReadFull(raw, last) // and nothing of what follows
		require.NoError(t, err)
	}
}

func handshakeOf(user service.UserID) []byte {
	return []byte("GET /ws?user=" + string(user) + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" +
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
}
