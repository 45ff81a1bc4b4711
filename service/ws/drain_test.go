package ws

import (
	"context"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestDrainSendsEveryClientElsewhere(t *testing.T) {
	hub, seen := newHub(nil)
	server := serve(t, hub)
	var clients sync.WaitGroup
	for range 50 {
		conn := connect(t, server, service.UserID(rune('a'+hub.count()%10)))
		clients.Go(func() {
			_, closed := farewell(t, conn)
			assert.Equal(t, websocket.CloseError{Code: websocket.StatusGoingAway, Reason: "draining"}, closed)
		})
	}
	require.Contains(t, goroutines(), "/ws.(*socket)", "what is looked for below")
	require.NoError(t, hub.Drain(t.Context()))
	assert.Zero(t, hub.count(), "all are gone when Drain returns")
	clients.Wait()
	assert.Equal(t, 50, seen.of("websocket_closed:draining"))
	_, code := tryConnect(t, server.URL, alice, nil)
	assert.Equal(t, service.CodeDraining, code)
	require.NoError(t, hub.Drain(t.Context()), "again")
	hub.Publish(change(1, alice))
	hub.Resync()
	eventually(t, "no goroutine is left", func() bool { return !strings.Contains(goroutines(), "/ws.(*socket)") })
}

func goroutines() string {
	stacks := make([]byte, 16<<20)
	return string(stacks[:runtime.Stack(stacks, true)])
}

func TestDrainOfNobody(t *testing.T) {
	hub, _ := newHub(nil)
	require.NoError(t, hub.Drain(t.Context()))
	_, err := hub.admit(service.Principal{User: alice})
	assert.Equal(t, service.CodeDraining, service.CodeOf(err))
}

func TestDrainSpreadsTheClients(t *testing.T) {
	spread := func(l *Limits) { l.Spread = 5 * time.Second }
	for name, tc := range map[string]struct{ given, over time.Duration }{
		"enough time": {30 * time.Second, 5 * time.Second}, "little time": {4 * time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, time.Hour, spread, func(w world) {
				const sockets = 10
				left := make(chan time.Duration, sockets)
				start := time.Now()
				for range sockets {
					conn := w.connect(alice)
					go func() {
						_, _ = farewell(w.t, conn)
						left <- time.Since(start)
					}()
				}
				ctx, cancel := context.WithTimeout(w.t.Context(), tc.given)
				defer cancel()
				require.NoError(w.t, w.hub.Drain(ctx))
				for i := range sockets {
					assert.Equal(w.t, time.Duration(i)*tc.over/sockets, <-left)
				}
			})
		})
	}
}

func TestDrainCutsThoseWhoDoNotAnswer(t *testing.T) {
	inBubble(t, time.Hour, func(l *Limits) { l.Close = time.Hour }, func(w world) {
		raw := w.raw(alice)
		go func() { _, _ = io.Copy(io.Discard, raw) }()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Second)
		defer cancel()
		err := w.hub.Drain(ctx)
		assert.Equal(w.t, service.CodeTimeout, service.CodeOf(err))
		assert.ErrorContains(w.t, err, "1 websockets")
		synctest.Wait()
		assert.Zero(w.t, w.hub.count())
		assert.Equal(w.t, 1, w.seen.of("websocket_closed:draining"))
	})
}
