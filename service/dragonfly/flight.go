package dragonfly

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const (
	firstPoll = 2 * time.Millisecond
	lastPoll  = 40 * time.Millisecond
	// patience is how often a key may be empty and yet not be leased before it is leased by force:
	// it holds something that is not even a string.
	patience = 3
)

// flight is the loading of one key in this process: a running round, and the one after it.
type flight struct {
	next *round // nil until somebody waits for it
}

// round answers all callers that came before it began.
type round struct {
	ctx   context.Context // of its first caller, but without its end
	kind  *kind
	key   string
	found look
	load  func(context.Context) ([]byte, error)
	lease string

	done  chan struct{} // closed when what follows is set
	value []byte
	how   result
	err   error
}

// join returns the round that answers mine's caller: mine, or one that has not begun yet either.
func (r *ReadThrough) join(mine *round) *round {
	r.mu.Lock()
	defer r.mu.Unlock()
	flying, ok := r.flights[mine.key]
	switch {
	case !ok:
		r.flights[mine.key] = &flight{}
		go r.fly(mine)
		return mine
	case flying.next == nil:
		flying.next = mine
		return mine
	default:
		return flying.next
	}
}

// fly runs rounds until nobody waits for another one. What a round loaded is stored after its
// callers got it, and before the next round begins.
func (r *ReadThrough) fly(now *round) {
	for now != nil {
		r.run(now)
		close(now.done)
		r.finish(now)
		if now = r.following(now.key); now != nil {
			now.found = r.look(now.ctx, now.kind, now.key)
		}
	}
}

// following takes the next round off the flight, or ends the flight.
func (r *ReadThrough) following(key string) *round {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.flights[key].next
	if next == nil {
		delete(r.flights, key)
		return nil
	}
	r.flights[key].next = nil
	return next
}

// run finds the value: in the cache, where another process may just put it, or by loading it.
func (r *ReadThrough) run(now *round) {
	ctx := now.ctx
	until := time.Now().Add(waitTime)
	tries, attempted := 0, ""
	for pause := firstPoll; ; pause = min(2*pause, lastPoll) {
		switch now.found.state {
		case kept, absent:
			now.value, now.how, now.err = now.found.answer()
			return
		case unusable:
			r.loadAs(now, bypass)
			return
		case leased:
			if now.found.entry == attempted { // the answer to our attempt got lost
				now.lease = attempted
			}
		case empty, spoiled:
			tries++
			lease, mine, err := r.lease(ctx, now.kind, now.key, now.found, now.found.state == spoiled || tries > patience)
			if err != nil {
				r.loadAs(now, bypass)
				return
			}
			if attempted = lease; mine {
				now.lease = lease
			}
		}
		if now.lease != "" || time.Now().After(until) {
			r.loadAs(now, miss)
			return
		}
		time.Sleep(pause)
		now.found = r.look(ctx, now.kind, now.key)
	}
}

// loadAs loads. A load that panics is an error of this round and not the end of the process.
func (r *ReadThrough) loadAs(now *round, how result) {
	ctx, cancel := context.WithTimeout(now.ctx, loadTime)
	defer cancel()
	now.how = how
	defer func() {
		if fault := recover(); fault != nil {
			now.value = nil
			now.err = &service.Error{Code: service.CodeInternal, Err: fmt.Errorf("the load of a %s entry panicked: %v\n%s", now.kind.name, fault, debug.Stack())}
		}
	}()
	now.value, now.err = now.load(ctx)
}

// finish stores what a round with a lease has loaded, or gives the lease back.
func (r *ReadThrough) finish(now *round) {
	if now.lease == "" {
		return
	}
	var entry []byte
	ttl := now.kind.ttl
	switch {
	case now.err == nil && len(now.value) <= maxValue:
		entry = replacing(now.lease, valueMark, now.value)
	case service.CodeOf(now.err) == service.CodeNotFound && now.kind.absent > 0:
		entry, ttl = replacing(now.lease, absentMark, nil), now.kind.absent
	}
	if entry == nil || r.store(now.ctx, now.kind, now.key, now.lease, entry, ttl) != nil {
		r.release(now.ctx, now.key)
	}
}
