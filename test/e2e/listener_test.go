package e2e

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// listener is a client with a websocket that it opens again whenever it ends.
type listener struct {
	user   traveller
	stop   context.CancelFunc
	left   chan struct{} // closed when it has gone home
	mu     sync.Mutex
	latest string  // name of the trip that changed last
	ends   []error // how websockets ended
	missed []error // how new ones could not be opened
}

// listen returns when the first websocket is open.
func listen(t *testing.T, user traveller) *listener {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &listener{user: user, stop: stop, left: make(chan struct{})}
	conn, err := user.dial(ctx)
	require.NoError(t, err)
	go l.run(ctx, conn)
	t.Cleanup(l.leave)
	return l
}

func (l *listener) leave() {
	l.stop()
	<-l.left
}

func (l *listener) run(ctx context.Context, conn *websocket.Conn) {
	defer close(l.left)
	for ctx.Err() == nil {
		_, err := read(ctx, conn, func(message pushed) bool {
			l.mu.Lock()
			defer l.mu.Unlock()
			if message.Table == "trips" {
				l.latest = message.Record.Name
			}
			return false
		})
		_ = conn.CloseNow() // it has ended
		if ctx.Err() != nil {
			return
		}
		l.note(&l.ends, err)
		for conn, err = l.user.dial(ctx); err != nil && ctx.Err() == nil; conn, err = l.user.dial(ctx) {
			l.note(&l.missed, err)
			time.Sleep(pause)
		}
	}
	if conn != nil {
		_ = conn.CloseNow()
	}
}

func (l *listener) note(list *[]error, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*list = append(*list, err)
}

// hears waits until the last change that came was of the trip.
func (l *listener) hears(t *testing.T, name string) {
	t.Helper()
	eventually(t, patience, func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.latest != name {
			return errors.New("the last one was " + l.latest)
		}
		return nil
	})
}
