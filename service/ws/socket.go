package ws

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/tripsage/infrastructure/service"
)

// socket is one client: a bounded queue, and from start on the connection that it empties into.
type socket struct {
	hub     *Hub
	user    service.UserID
	expires time.Time
	conn    *websocket.Conn
	stalled *time.Timer  // ends a write, or a farewell, that takes too long
	chatter atomic.Int64 // what the client sent since the last heartbeat
	wake    chan struct{}

	mu       sync.Mutex // of what follows
	raw      net.Conn   // below conn; nil before start
	beat     *time.Timer
	messages []message
	bytes    int
	ended    *ending // nil while the socket is open
}

// newSocket returns a socket that has yet to say hello.
func newSocket(h *Hub, by service.Principal) *socket {
	s := &socket{hub: h, user: by.User, expires: by.Expires, wake: make(chan struct{}, 1)}
	s.push(h.hello, h.Limits.QueueBytes)
	return s
}

// push makes a message wait for the client. When too many wait already, the socket ends instead:
// the client has to read everything again anyway. share is the most bytes that may wait while the
// queues of all sockets hold too much.
func (s *socket) push(m message, share int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return
	}
	if s.full(len(m.body), share) {
		s.endLocked(slow())
		return
	}
	s.messages = append(s.messages, m)
	s.bytes += len(m.body)
	s.hub.held.Add(int64(len(m.body)))
	s.signal()
}

func (s *socket) full(size, share int) bool {
	limits, after := s.hub.Limits, s.bytes+size
	if len(s.messages) >= limits.Queue || after > limits.QueueBytes {
		return true
	}
	crowded := s.hub.held.Load()+int64(size) > int64(limits.HeldBytes)
	return crowded && after > share && len(s.messages) > 0
}

// next waits for a message, or for the socket's end.
func (s *socket) next() (message, *ending) {
	for {
		if m, ended, ok := s.take(); ok {
			return m, ended
		}
		<-s.wake
	}
}

func (s *socket) take() (message, *ending, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return message{}, s.ended, true
	}
	if len(s.messages) == 0 {
		return message{}, nil, false
	}
	m := s.messages[0]
	s.messages[0] = message{} // or the array would keep the body
	s.messages = s.messages[1:]
	s.bytes -= len(m.body)
	s.hub.held.Add(-int64(len(m.body)))
	return m, nil, true
}

// end makes the socket end, and says whether it is the first to do so. What waits is dropped.
func (s *socket) end(why ending) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return false
	}
	s.endLocked(why)
	return true
}

func (s *socket) endLocked(why ending) {
	s.ended = &why
	s.hub.held.Add(-int64(s.bytes))
	s.messages, s.bytes = nil, 0
	s.signal()
}

func (s *socket) signal() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already
	}
}

// cut closes the connection under the library, which has no such thing: its own ways of closing
// can wait for ever for a client that stops in the middle of a message. What the system still
// holds for the client is dropped.
func (s *socket) cut() {
	s.mu.Lock()
	raw := s.raw
	s.mu.Unlock()
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it, closing is only slower
	}
	if raw != nil {
		_ = raw.Close()
	}
}
