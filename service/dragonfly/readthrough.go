package dragonfly

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const (
	// loadTime bounds a load, and for how long its right to be stored lasts when it never ends.
	loadTime = 10 * time.Second
	// waitTime bounds the wait for another process's load. Who has waited so long loads too.
	waitTime = 500 * time.Millisecond
	// maxValue bounds the values that are kept.
	maxValue = 1 << 20
)

// ReadThroughOptions says for how long entries live.
type ReadThroughOptions struct {
	// TTL is of each kind, give or take a tenth, so that what was loaded together does not expire
	// together. A kind without one is not kept.
	TTL map[service.CacheKind]time.Duration
	// Absent is for how long it is remembered that a load found nothing, if the TTL is not shorter.
	// 0: not at all.
	Absent time.Duration
}

// ReadThrough is a service.Cache over all processes that have the same server.
type ReadThrough struct {
	cache   *Cache
	kinds   map[service.CacheKind]*kind
	pending *pending
	looks   looks

	mu      sync.Mutex
	flights map[string]*flight
}

// kind is what there is to know of a service.CacheKind.
type kind struct {
	name          service.CacheKind
	ttl, absent   time.Duration
	prefix        string // of its entries
	generationKey string
	labels        map[result]string // for service.EventCache
}

// result is how a Fetch got its value, as service.EventCache has it.
type result string

const (
	hit      result = "hit"
	miss     result = "miss"
	negative result = "negative"
	shared   result = "shared"
	bypass   result = "bypass"
)

// NewReadThrough makes a cache of answers. Make one of a Cache only.
func NewReadThrough(cache *Cache, options ReadThroughOptions) *ReadThrough {
	r := &ReadThrough{cache: cache, kinds: map[service.CacheKind]*kind{}, flights: map[string]*flight{}}
	for name, ttl := range options.TTL {
		if ttl > 0 {
			r.kinds[name] = newKind(name, ttl, min(options.Absent, ttl))
		}
	}
	r.looks.cache = cache
	r.pending = newPending(cache.client)
	cache.healer.add(r.pending.repeat)
	return r
}

func newKind(name service.CacheKind, ttl, absent time.Duration) *kind {
	k := &kind{name: name, ttl: ttl, absent: absent, labels: map[result]string{}}
	k.generationKey = entryPrefix + string(name)
	k.prefix = k.generationKey + ":"
	for _, r := range []result{hit, miss, negative, shared, bypass} {
		k.labels[r] = string(name) + ":" + string(r)
	}
	return k
}

// Fetch is part of service.Cache. A load gets a context of its own, which ends with no caller, and
// 10 seconds.
func (r *ReadThrough) Fetch(ctx context.Context, name service.CacheKind, key string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	k, ok := r.kinds[name]
	if !ok {
		r.cache.observer.Count(service.EventCache, string(name)+":"+string(bypass))
		return load(ctx)
	}
	entry := hashed(k.prefix, key)
	found := r.look(ctx, k, entry)
	if found.state == kept || found.state == absent {
		value, how, err := found.answer()
		r.cache.observer.Count(service.EventCache, k.labels[how])
		return value, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.await(ctx, &round{ctx: context.WithoutCancel(ctx), kind: k, key: entry, found: found, load: load, done: make(chan struct{})})
}

// answer is what a look that found one gives to a caller.
func (l look) answer() ([]byte, result, error) {
	if l.state == absent {
		return nil, negative, &service.Error{Code: service.CodeNotFound}
	}
	return l.value(), hit, nil
}

// await joins a round, and waits for its end or the caller's.
func (r *ReadThrough) await(ctx context.Context, mine *round) ([]byte, error) {
	joined := r.join(mine)
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-joined.done:
	}
	how := joined.how
	if how == miss && joined != mine {
		how = shared
	}
	r.cache.observer.Count(service.EventCache, mine.kind.labels[how])
	return joined.value, joined.err
}

// Forget is part of service.Cache. It waits for the cache for 100 ms at most, and goes on when the
// caller's context ends: what has changed has changed.
func (r *ReadThrough) Forget(ctx context.Context, name service.CacheKind, key string) {
	k, ok := r.kinds[name]
	if !ok {
		return
	}
	entry := hashed(k.prefix, key)
	err := r.cache.ask(context.WithoutCancel(ctx), "entries.forget", func(ctx context.Context) error {
		return r.cache.client.Del(ctx, entry).Err()
	})
	if err != nil {
		r.pending.add(k, entry)
		r.cache.healer.wake()
	}
}

// about is d, give or take a tenth.
func about(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1) // #nosec G404 -- spreads load, guards nothing
}
