package ws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/tripsage/infrastructure/service"
)

// start lets the socket live on its connection, with one goroutine that writes and one that reads.
func (s *socket) start(conn *websocket.Conn, raw net.Conn) {
	s.conn = conn
	s.mu.Lock()
	s.raw = raw
	s.mu.Unlock()
	go s.run()
}

// run returns when nothing of the socket is left.
func (s *socket) run() {
	defer s.hub.remove(s)
	observer, limits := s.hub.Observer, s.hub.Limits
	observer.Count(service.EventSocketOpened, "")
	s.stalled = time.AfterFunc(limits.Write, func() {
		s.end(slow())
		s.cut()
	})
	expiry := time.AfterFunc(time.Until(s.expires), func() { s.end(expired()) })
	defer expiry.Stop()
	s.schedule(time.Duration((0.5 + rand.Float64()/2) * float64(limits.Heartbeat))) // #nosec G404 -- not all at once, is all

	var reading sync.WaitGroup
	reading.Go(func() { s.safely(s.read) })
	s.safely(s.write)
	s.close()
	reading.Wait()
	observer.Count(service.EventSocketClosed, s.ended.label)
}

// safely ends the socket, and not the process, on a panic: what a client sent may be behind it.
func (s *socket) safely(work func()) {
	defer func() {
		if p := recover(); p != nil {
			s.hub.Log.Error("panic", slog.String("panic", fmt.Sprintf("value of type %T", p)),
				slog.String("stack", string(debug.Stack())))
			s.end(failed())
		}
	}()
	work()
}

// write sends what waits until the socket ends.
func (s *socket) write() {
	for {
		m, ended := s.next()
		if ended != nil {
			return
		}
		s.stalled.Reset(s.hub.Limits.Write)
		err := s.conn.Write(context.Background(), websocket.MessageText, m.body)
		s.stalled.Stop()
		if err != nil {
			s.end(lost())
			return
		}
		if m.table != "" {
			s.hub.Observer.Count(service.EventSocketMessage, m.table)
		}
	}
}

// read throws away what the client sends. The library answers pings and farewells, and notices
// pongs, only while somebody reads.
func (s *socket) read() {
	for {
		_, content, err := s.conn.Reader(context.Background())
		if err == nil {
			_, err = io.Copy(io.Discard, content)
		}
		if err != nil {
			s.end(endingOf(err))
			return
		}
		s.heard()
	}
}

// pinged is called for each ping, and says whether to answer.
func (s *socket) pinged(context.Context, []byte) bool {
	s.heard()
	return true
}

func (s *socket) heard() {
	if s.chatter.Add(1) > s.hub.Limits.Chatter {
		s.end(chatty())
	}
}

// schedule makes the next heartbeat happen, unless the socket ends before.
func (s *socket) schedule(in time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.beat = time.AfterFunc(in, s.heartbeat)
	}
}

// heartbeat sends a ping and waits for the pong.
func (s *socket) heartbeat() {
	s.chatter.Store(0)
	ctx, cancel := context.WithTimeout(context.Background(), s.hub.Limits.Pong)
	defer cancel()
	if err := s.conn.Ping(ctx); err != nil {
		if s.end(lost()) {
			s.cut()
		}
		return
	}
	s.schedule(s.hub.Limits.Heartbeat)
}

// close says farewell, waits a while for the client's, and ends what is left.
func (s *socket) close() {
	s.mu.Lock()
	ended := *s.ended
	if s.beat != nil {
		s.beat.Stop()
	}
	s.mu.Unlock()
	s.stalled.Reset(s.hub.Limits.Close)
	defer s.stalled.Stop()
	var err error
	if ended.code != 0 {
		err = s.conn.Close(ended.code, ended.reason)
	} else {
		s.cut()
		err = s.conn.CloseNow()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.hub.Log.Debug("a websocket did not close in an orderly way", slog.String("why", ended.label))
	}
}
