package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// pushed is a message of the API's websocket.
type pushed struct {
	Type, Table, Op string
	ID              int64
	Record          struct{ Name string }
}

// dial opens a websocket as wscat does: with the token in the address, no origin, and compression
// on offer. The first message has to be the greeting.
func (u traveller) dial(ctx context.Context) (*websocket.Conn, error) {
	conn, _, err := websocket.Dial(ctx, strings.Replace(u.url, "http", "ws", 1)+"/ws?token="+u.token, //nolint:bodyclose // there is none after an upgrade
		&websocket.DialOptions{HTTPClient: u.http, CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return nil, err
	}
	if _, err := read(ctx, conn, func(c pushed) bool { return c.Type == "hello" }); err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	return conn, nil
}

// read waits for a message of which wanted is true, and skips others.
func read(ctx context.Context, conn *websocket.Conn, wanted func(pushed) bool) (pushed, error) {
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return pushed{}, err
		}
		var message pushed
		if err := json.Unmarshal(text, &message); err != nil || wanted(message) {
			return message, err
		}
	}
}

// watch opens a websocket for the time of the test.
func (u traveller) watch(t *testing.T) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := u.dial(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// sees waits for a change of a trip of that name.
func sees(t *testing.T, conn *websocket.Conn, op, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := read(ctx, conn, func(c pushed) bool {
		return c.Type == "change" && c.Table == "trips" && c.Op == op && c.Record.Name == name
	})
	require.NoError(t, err, "%s of %s", op, name)
}
