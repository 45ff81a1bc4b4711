package apitest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ledger counts requests, and what went wrong with them.
type ledger struct {
	mu       sync.Mutex
	requests int
	faults   []string
}

func (l *ledger) note(what string, got answer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
	if err != nil || got.status >= 500 {
		l.faults = append(l.faults, fmt.Sprintf("%s: %v %d %s", what, err, got.status, got.body))
	}
}

func (l *ledger) count() int { l.mu.Lock(); defer l.mu.Unlock(); return l.requests }

// caller is a client of the simplest kind: one connection, kept for as long as the server says that
// it may be, and nothing that fails is tried again. net/http's own client would hide what it repeats.
type caller struct {
	t      testing.TB
	addr   string
	who    person
	seen   *ledger
	conn   net.Conn
	reader *bufio.Reader
}

// call returns false when there was no answer, or one that says that the server failed.
func (c *caller) call(method, path, body string, headers ...string) (answer, bool) {
	c.t.Helper()
	got, err := c.send(method, path, body, headers)
	c.seen.note(method+" "+path, got, err)
	if err != nil {
		c.hangUp()
	}
	return got, err == nil && got.status < 500
}

func (c *caller) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

func (c *caller) send(method, path, body string, headers []string) (got answer, err error) {
	if c.conn == nil {
		if c.conn, err = net.Dial("tcp", c.addr); err != nil {
			return got, err
		}
		c.reader = bufio.NewReader(c.conn)
	}
	request, err := http.NewRequest(method, "http://"+c.addr+path, strings.NewReader(body))
	if err != nil {
		return got, err
	}
	request.Header.Set("Authorization", "Bearer "+c.who.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if err = c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return got, err
	}
	if err = request.Write(c.conn); err != nil {
		return got, err
	}
	response, err := http.ReadResponse(c.reader, request)
	if err != nil {
		return got, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return got, err
	}
	if response.Close {
		c.hangUp()
	}
	got = answer{response.StatusCode, response.Header, data}
	checkAnswer(c.t, request, got)
	return got, nil
}

// begin sends half of a request that creates something. finish sends the rest, and wants it created.
func (c *caller) begin(path, body string) (finish func()) {
	c.t.Helper()
	var err error
	c.conn, err = net.Dial("tcp", c.addr)
	require.NoError(c.t, err)
	half := len(body) / 2
	_, err = fmt.Fprintf(c.conn, "POST %s HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, c.who.token, len(body), body[:half])
	require.NoError(c.t, err)
	return func() {
		c.t.Helper()
		_, err := io.WriteString(c.conn, body[half:])
		require.NoError(c.t, err)
		response, err := http.ReadResponse(bufio.NewReader(c.conn), nil)
		require.NoError(c.t, err)
		defer response.Body.Close()
		assert.Equal(c.t, http.StatusCreated, response.StatusCode)
		c.hangUp()
	}
}

// follower is a client that shows a trip: it reads it when it has connected, and again after a
// resync, and otherwise believes what it is told.
type follower struct {
	caller
	path string // of the trip

	mu      sync.Mutex
	version int // that it shows
	closes  []websocket.StatusCode
}

// follow connects again and again until ctx ends.
func (f *follower) follow(ctx context.Context) {
	for ctx.Err() == nil {
		conn, response, err := websocket.Dial(ctx, "http://"+f.addr+"/ws?token="+f.who.token, nil) //nolint:bodyclose // the library closes it
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			f.seen.note("GET /ws", answer{}, fmt.Errorf("%w %v", err, response))
			continue
		}
		err = f.watch(ctx, conn)
		_ = conn.CloseNow()
		if ctx.Err() == nil {
			f.mu.Lock()
			f.closes = append(f.closes, websocket.CloseStatus(err))
			f.mu.Unlock()
		}
	}
}

// watch returns why the socket ended.
func (f *follower) watch(ctx context.Context, conn *websocket.Conn) error {
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		var message struct {
			Type, Table string
			ID          int
			Record      struct{ Version int }
		}
		if !assert.NoError(f.t, json.Unmarshal(data, &message), "%s", data) {
			return nil
		}
		switch {
		case message.Type == "hello", message.Type == "resync":
			f.read()
		case message.Table == "trips" && f.path == "/trips/"+strconv.Itoa(message.ID):
			f.mu.Lock()
			if message.Record.Version > f.version {
				assert.Equal(f.t, f.version+1, message.Record.Version, "a change was not told, and nobody said so")
				f.version = message.Record.Version
			}
			f.mu.Unlock()
		}
	}
}

func (f *follower) read() {
	got, ok := f.call("GET", f.path, "")
	f.hangUp() // the next time may be long after the process has closed it
	if !ok {
		return
	}
	version, err := strconv.Atoi(strings.Trim(got.header.Get("Etag"), `"`))
	assert.NoError(f.t, err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version = max(f.version, version)
}

func (f *follower) shows() int { f.mu.Lock(); defer f.mu.Unlock(); return f.version }

func (f *follower) ends() []websocket.StatusCode {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]websocket.StatusCode(nil), f.closes...)
}

// wellDone wants requests, and nothing wrong with them.
func (l *ledger) wellDone(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	require.Positive(t, l.requests)
	assert.Empty(t, l.faults, "of %d requests", l.requests)
	t.Logf("%d requests, %d lost or failed", l.requests, len(l.faults))
}
