package dragonfly

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	firstHeal = 50 * time.Millisecond
	lastHeal  = 2 * time.Second
	// lastAttempt bounds the attempt at what is left to do when the process stops.
	lastAttempt = time.Second
	probeKey    = keyPrefix + "probe"
)

// chore is work that has to be done as soon as the cache works again. It is called until it
// returns nil.
type chore func(context.Context) error

// healer watches over a cache that failed, so that no request has to find out that it is back. It
// runs only while there is something to wait for.
type healer struct {
	client  *redis.Client
	breaker *breaker
	timeout time.Duration // of a probe, in which a connection may have to be made
	ctx     context.Context
	stop    context.CancelFunc

	mu      sync.Mutex
	chores  []chore
	needed  bool // somebody called wake since the running round began
	running chan struct{}
}

func newHealer(client *redis.Client, breaker *breaker, timeout time.Duration) *healer {
	ctx, stop := context.WithCancel(context.Background())
	return &healer{client: client, breaker: breaker, timeout: min(timeout, lastAttempt), ctx: ctx, stop: stop}
}

// add registers a chore for the life of the healer.
func (h *healer) add(c chore) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.chores = append(h.chores, c)
}

// wake makes sure that a round of healing begins after this call.
func (h *healer) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.needed = true
	if h.running == nil && h.ctx.Err() == nil {
		h.running = make(chan struct{})
		go h.run(h.running)
	}
}

func (h *healer) run(ended chan struct{}) {
	defer close(ended)
	for pause := firstHeal; h.wait(pause); pause = min(2*pause, lastHeal) {
		h.mu.Lock()
		h.needed = false
		h.mu.Unlock()
		if h.heal(h.ctx) != nil {
			continue
		}
		h.mu.Lock()
		if !h.needed {
			h.running = nil
			h.mu.Unlock()
			return
		}
		h.mu.Unlock()
		pause = firstHeal
	}
}

// wait pauses for about d: processes that lost the same cache should not all come back at once.
func (h *healer) wait(d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d)) // #nosec G404 -- spreads load, guards nothing
	defer timer.Stop()
	select {
	case <-h.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// heal tries a command such as requests send, does the chores and lets the requests in again.
// The chores come first: what is to be forgotten must be gone before anybody looks.
func (h *healer) heal(ctx context.Context) error {
	probe, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	if err := h.client.MGet(probe, probeKey, probeKey).Err(); err != nil {
		return err
	}
	h.mu.Lock()
	chores := h.chores
	h.mu.Unlock()
	if err := doAll(ctx, chores); err != nil {
		return err
	}
	h.breaker.close()
	return nil
}

func doAll(ctx context.Context, chores []chore) error {
	failures := make([]error, len(chores))
	for i, do := range chores {
		failures[i] = do(ctx)
	}
	return errors.Join(failures...)
}

// close ends the healing and tries once more to do what is left.
func (h *healer) close() error {
	h.stop()
	h.mu.Lock()
	running, chores := h.running, h.chores
	h.mu.Unlock()
	if running != nil {
		<-running
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastAttempt)
	defer cancel()
	return doAll(ctx, chores)
}
