package ws

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tripsage/infrastructure/service"
)

// Options is what a hub needs. Nothing in it is optional.
type Options struct {
	// Origins are the web sites whose pages may connect, as in "https://app.example.com". Without
	// any, only programs that are no browsers may.
	Origins  []string
	Limits   Limits
	Observer service.Observer
	Log      *slog.Logger
}

// Hub knows the open sockets of this process and hands changes to those of the users concerned.
// All methods may be called at the same time.
type Hub struct {
	Options
	hello message
	held  atomic.Int64 // bytes that wait in all queues
	gone  chan struct{}

	mu       sync.RWMutex
	users    map[service.UserID][]*socket
	open     int
	draining bool
}

// New returns a hub without sockets.
func New(options Options) *Hub {
	return &Hub{
		Options: options,
		hello:   hello(options.Limits.Heartbeat),
		gone:    make(chan struct{}),
		users:   map[service.UserID][]*socket{},
	}
}

// Publish sends a change to every socket of the users who may see its row. It does not wait for
// any of them.
func (h *Hub) Publish(change service.RowChange) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var m message
	share := h.share()
	for i, user := range change.Users {
		sockets := h.users[user]
		if len(sockets) == 0 || slices.Contains(change.Users[:i], user) {
			continue
		}
		if m.body == nil {
			var err error
			if m, err = encode(change); err != nil {
				// The error may quote the row.
				h.Log.Error("a change cannot be encoded", slog.String("table", change.Table))
				return
			}
		}
		for _, s := range sockets {
			s.push(m, share)
		}
	}
}

// Resync tells all clients that changes may have been missed.
func (h *Hub) Resync() {
	h.mu.RLock()
	defer h.mu.RUnlock()
	m, share := resync(), h.share()
	for _, sockets := range h.users {
		for _, s := range sockets {
			s.push(m, share)
		}
	}
}

// share is how many bytes each queue may hold when all of them together hold too much. The caller
// has the lock.
func (h *Hub) share() int { return h.Limits.HeldBytes / max(h.open, 1) }

// admit makes a place for a socket of a user. From here on changes wait in its queue, so that none
// is lost between the hello and the first message. The caller must see to it that remove follows.
func (h *Hub) admit(by service.Principal) (*socket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch mine := len(h.users[by.User]); {
	case h.draining:
		return nil, &service.Error{Code: service.CodeDraining}
	case h.open >= h.Limits.Sockets:
		return nil, &service.Error{Code: service.CodeDraining, Err: errors.New("this process has as many websockets as it may")}
	case mine >= h.Limits.PerUser:
		return nil, &service.Error{Code: service.CodeTooMany, Err: errors.New("the user has as many websockets as one may")}
	}
	s := newSocket(h, by)
	h.users[by.User] = append(h.users[by.User], s)
	h.open++
	return s, nil
}

// remove gives the place of a socket back.
func (h *Hub) remove(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	sockets := h.users[s.user]
	i := slices.Index(sockets, s)
	if sockets = slices.Delete(sockets, i, i+1); len(sockets) > 0 {
		h.users[s.user] = sockets
	} else {
		delete(h.users, s.user)
	}
	h.open--
	if h.draining && h.open == 0 {
		close(h.gone)
	}
}
