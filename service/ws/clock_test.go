package ws

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// pipes is a network without a system: connections without buffers, whose time is the test's own.
type pipes struct {
	accepts chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepts:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.accepts <- theirs
	return ours, nil
}

// world is a hub behind a server with the limits of the API's, and the way there.
type world struct {
	t    *testing.T
	hub  *Hub
	seen *tally
	net  *pipes
}

// inBubble runs a test whose clock moves when everybody waits.
func inBubble(t *testing.T, life time.Duration, tune func(*Limits), test func(world)) {
	synctest.Test(t, func(t *testing.T) {
		hub, seen := newHub(tune)
		network := &pipes{accepts: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{
			Handler: handler(hub, life), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
			WriteTimeout: 30 * time.Second, IdleTimeout: 75 * time.Second,
		}
		served := make(chan error)
		go func() { served <- server.Serve(network) }()
		test(world{t, hub, seen, network})
		require.NoError(t, server.Close())
		<-served
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, hub.Drain(ctx))
		assert.Zero(t, hub.held.Load())
	})
}

func (w world) connect(user service.UserID) *websocket.Conn {
	w.t.Helper()
	conn := w.dial(user)
	require.JSONEq(w.t, `{"type":"hello","heartbeat_seconds":25}`, string(read(w.t, conn)))
	return conn
}

func (w world) dial(user service.UserID) *websocket.Conn {
	w.t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: w.net.dial, DisableKeepAlives: true}}
	conn, _, err := dial("http://pod", user, &websocket.DialOptions{HTTPClient: client})
	require.NoError(w.t, err)
	return conn
}

// raw connects a client that answers nothing by itself.
func (w world) raw(user service.UserID) net.Conn {
	conn, err := w.net.dial(w.t.Context(), "", "")
	require.NoError(w.t, err)
	handshake(w.t, conn, user)
	return conn
}

func TestASocketLivesForADay(t *testing.T) {
	inBubble(t, 48*time.Hour, nil, func(w world) {
		conn := w.connect(alice)
		got := make(chan int64)
		go func() {
			for {
				_, body, err := conn.Read(context.Background()) // which also answers pings
				if err != nil {
					close(got)
					return
				}
				got <- idOf(w.t, body)
			}
		}()
		time.Sleep(24 * time.Hour)
		w.hub.Publish(change(1, alice))
		assert.Equal(w.t, int64(1), <-got)
		require.NoError(w.t, conn.Close(websocket.StatusNormalClosure, ""))
		_, open := <-got
		assert.False(w.t, open)
		synctest.Wait()
		assert.Equal(w.t, 1, w.seen.of("websocket_closed:client"))
	})
}

func TestADeadPeerMissesItsHeartbeat(t *testing.T) {
	for name, swallows := range map[string]bool{"answers nothing": true, "reads nothing": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, time.Hour, nil, func(w world) {
				raw := w.raw(alice)
				_, err := io.ReadFull(raw, make([]byte, 2+len(w.hub.hello.body)))
				require.NoError(w.t, err)
				if swallows {
					go func() { _, _ = io.Copy(io.Discard, raw) }()
				}
				time.Sleep(w.hub.Limits.Heartbeat + w.hub.Limits.Pong + time.Second)
				synctest.Wait()
				assert.Zero(w.t, w.hub.count())
				assert.Equal(w.t, 1, w.seen.of("websocket_closed:lost"))
			})
		})
	}
}

// A phone in a tunnel says no farewell, and that is nobody's fault.
func TestAConnectionThatEndsWithoutFarewellIsLost(t *testing.T) {
	inBubble(t, time.Hour, nil, func(w world) {
		raw := w.raw(alice)
		_, err := io.ReadFull(raw, make([]byte, 2+len(w.hub.hello.body)))
		require.NoError(w.t, err)
		require.NoError(w.t, raw.Close())
		synctest.Wait()
		assert.Zero(w.t, w.hub.count())
		assert.Equal(w.t, 1, w.seen.of("websocket_closed:lost"))
	})
}

func TestAWriteThatTakesTooLongIsCut(t *testing.T) {
	inBubble(t, time.Hour, func(l *Limits) { l.Heartbeat = time.Hour }, func(w world) {
		w.raw(alice) // reads nothing at all, and pipes have no buffer
		start := time.Now()
		for w.hub.count() > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		assert.Equal(w.t, w.hub.Limits.Write, time.Since(start).Round(time.Second))
		assert.Equal(w.t, 1, w.seen.of("websocket_closed:slow"))
	})
}

func TestASocketEndsWithItsToken(t *testing.T) {
	for name, life := range map[string]time.Duration{"later": 10 * time.Minute, "already": -10 * time.Second} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, life, nil, func(w world) {
				conn := w.dial(alice)
				var err error
				start := time.Now()
				for err == nil {
					_, _, err = conn.Read(context.Background())
				}
				var closed websocket.CloseError
				require.ErrorAs(w.t, err, &closed)
				assert.Equal(w.t, websocket.CloseError{Code: websocket.StatusPolicyViolation, Reason: "expired"}, closed)
				assert.Equal(w.t, max(life, 0), time.Since(start))
				synctest.Wait()
				assert.Equal(w.t, 1, w.seen.of("websocket_closed:expired"))
				assert.Zero(w.t, w.hub.count())
			})
		})
	}
}
