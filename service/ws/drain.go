package ws

import (
	"context"
	"fmt"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// Drain accepts no more sockets and ends all that are open, one after the other, so that their
// clients do not all connect to the other processes in the same moment. It returns when the last
// one is gone. Those that are left when ctx ends are cut, and the error has CodeTimeout.
//
// Call it when load balancers know that this process stops: before, clients would come back here.
func (h *Hub) Drain(ctx context.Context) error {
	spread := h.Limits.Spread
	if end, ok := ctx.Deadline(); ok {
		spread = min(spread, time.Until(end)/2)
	}
	endAll(ctx, h.stopAccepting(), spread)
	select {
	case <-h.gone:
		return nil
	case <-ctx.Done():
	}
	left := h.sockets()
	for _, s := range left {
		s.end(draining())
		s.cut()
	}
	return &service.Error{Code: service.CodeTimeout, Err: fmt.Errorf("%d websockets did not close in time and were cut", len(left))}
}

// stopAccepting returns the sockets that are open and will stay the only ones.
func (h *Hub) stopAccepting() []*socket {
	h.mu.Lock()
	if !h.draining && h.open == 0 {
		close(h.gone)
	}
	h.draining = true
	h.mu.Unlock()
	return h.sockets()
}

func (h *Hub) sockets() []*socket {
	h.mu.RLock()
	defer h.mu.RUnlock()
	all := make([]*socket, 0, h.open)
	for _, sockets := range h.users {
		all = append(all, sockets...)
	}
	return all
}

// endAll ends the sockets evenly over a time, or until ctx ends.
func endAll(ctx context.Context, sockets []*socket, over time.Duration) {
	start := time.Now()
	for i, s := range sockets {
		due := start.Add(over * time.Duration(i) / time.Duration(len(sockets)))
		select {
		case <-time.After(time.Until(due)):
			s.end(draining())
		case <-ctx.Done():
			return
		}
	}
}
