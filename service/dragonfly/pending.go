package dragonfly

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

const (
	// maxPending bounds the Forgets that are kept for one kind, to about a megabyte.
	maxPending = 10_000
	// batch is how many of them are sent at once.
	batch = 500
)

// pending are the Forgets that have not reached the cache.
type pending struct {
	client *redis.Client
	any    atomic.Bool // saves the lock when there are none

	mu    sync.Mutex
	last  uint64
	kinds map[*kind]*forgotten
}

// forgotten is what of one kind has to be forgotten, with the number of the Forget that said so
// last: one that comes while its key is being deleted needs another deletion.
type forgotten struct {
	all  uint64 // 0 is none
	keys map[string]uint64
}

func newPending(client *redis.Client) *pending {
	return &pending{client: client, kinds: map[*kind]*forgotten{}}
}

// add keeps a Forget. Too many of them become one of the whole kind.
func (p *pending) add(k *kind, key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	p.any.Store(true)
	f, ok := p.kinds[k]
	if !ok {
		f = &forgotten{keys: map[string]uint64{}}
		p.kinds[k] = f
	}
	switch _, known := f.keys[key]; {
	case f.all > 0:
		f.all = p.last
	case known || len(f.keys) < maxPending:
		f.keys[key] = p.last
	default:
		f.all, f.keys = p.last, map[string]uint64{}
	}
}

// has says that the cache cannot be trusted for the key.
func (p *pending) has(k *kind, key string) bool {
	if !p.any.Load() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.kinds[k]
	return ok && (f.all > 0 || f.keys[key] > 0)
}

// repeat is a chore: it forgets what is pending, and fails when something is left.
func (p *pending) repeat(ctx context.Context) error {
	for _, part := range p.parts() {
		ctx, cancel := context.WithTimeout(ctx, lastAttempt)
		err := p.client.Del(ctx, part.keys...).Err()
		cancel()
		if err != nil {
			return fmt.Errorf("entries that have changed are still in the cache, until they expire: %w", coded(err))
		}
		part.done()
	}
	if p.any.Load() {
		return errors.New("entries changed while others were being forgotten")
	}
	return nil
}

// part is some keys to delete in one command.
type part struct {
	keys []string
	done func()
}

func (p *pending) parts() []part {
	p.mu.Lock()
	defer p.mu.Unlock()
	var parts []part
	for k, f := range p.kinds {
		if f.all > 0 {
			number := f.all
			parts = append(parts, part{keys: []string{k.generationKey}, done: func() { p.doneAll(k, number) }})
			continue
		}
		numbers := map[string]uint64{}
		keys := make([]string, 0, min(batch, len(f.keys)))
		for key, number := range f.keys {
			if len(keys) == batch {
				parts = append(parts, p.some(k, keys, numbers))
				numbers, keys = map[string]uint64{}, make([]string, 0, batch)
			}
			numbers[key] = number
			keys = append(keys, key)
		}
		parts = append(parts, p.some(k, keys, numbers))
	}
	return parts
}

func (p *pending) some(k *kind, keys []string, numbers map[string]uint64) part {
	return part{keys: keys, done: func() { p.doneSome(k, numbers) }}
}

func (p *pending) doneAll(k *kind, number uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.kinds[k]; f.all == number {
		p.drop(k)
	}
}

func (p *pending) doneSome(k *kind, numbers map[string]uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.kinds[k]
	for key, number := range numbers {
		if f.keys[key] == number {
			delete(f.keys, key)
		}
	}
	if f.all == 0 && len(f.keys) == 0 {
		p.drop(k)
	}
}

func (p *pending) drop(k *kind) {
	delete(p.kinds, k)
	p.any.Store(len(p.kinds) > 0)
}
