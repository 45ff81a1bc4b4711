package dragonfly

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// look reads an entry and its kind's generation.
func (r *ReadThrough) look(ctx context.Context, k *kind, key string) look {
	if r.pending.has(k, key) {
		return look{state: unusable}
	}
	return r.looks.get(ctx, k, key)
}

// lease tries to get the right to store a value; not mine means that somebody else was faster. over
// takes it in any case: from something that is no entry, or at worst from a load that then is not
// stored.
func (r *ReadThrough) lease(ctx context.Context, k *kind, key string, found look, over bool) (lease string, mine bool, err error) {
	generation := found.generation
	if generation == "" {
		if generation, err = r.beginGeneration(ctx, k); err != nil {
			return "", false, err
		}
	}
	lease = newLease(r.cache.life.now(), generation)
	err = r.cache.ask(ctx, "entries.lease", func(ctx context.Context) (err error) {
		if over {
			mine = true
			return r.cache.client.Set(ctx, key, lease, loadTime).Err()
		}
		mine, err = r.cache.client.SetNX(ctx, key, lease, loadTime).Result()
		return err
	})
	return lease, mine, err
}

// beginGeneration returns the kind's generation, after setting one if there is none.
func (r *ReadThrough) beginGeneration(ctx context.Context, k *kind) (generation string, err error) {
	fresh := string(random(generationSize))
	err = r.cache.ask(ctx, "entries.generation", func(ctx context.Context) error {
		pipe := r.cache.client.Pipeline()
		pipe.SetNX(ctx, k.generationKey, fresh, 0)
		get := pipe.MGet(ctx, k.generationKey)
		if _, err := pipe.Exec(ctx); err != nil {
			return err
		}
		var ok bool
		if generation, ok = get.Val()[0].(string); ok && len(generation) == generationSize {
			return nil
		}
		generation = fresh // in place of something that is no generation
		return r.cache.client.Set(ctx, k.generationKey, fresh, 0).Err()
	})
	return generation, err
}

// store puts an entry in the place of the lease, if that is still there. The transaction fails when
// anybody touched the key since the lease was seen, and XX when it expired since.
func (r *ReadThrough) store(ctx context.Context, k *kind, key, lease string, entry []byte, ttl time.Duration) error {
	if r.pending.has(k, key) {
		return nil
	}
	return r.cache.ask(ctx, "entries.store", func(ctx context.Context) error {
		err := r.cache.client.Watch(ctx, func(tx *redis.Tx) error {
			if now, err := tx.Get(ctx, key).Result(); err != nil || now != lease {
				return err
			}
			_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
				return pipe.SetXX(ctx, key, entry, about(ttl)).Err()
			})
			return err
		}, key)
		if errors.Is(err, redis.TxFailedErr) {
			return nil // the key was forgotten meanwhile
		}
		return err
	})
}

// release gives a lease back, for a load with nothing to store. At worst it deletes the entry of
// somebody else, which costs a load.
func (r *ReadThrough) release(ctx context.Context, key string) {
	_ = r.cache.ask(ctx, "entries.release", func(ctx context.Context) error {
		return r.cache.client.Del(ctx, key).Err()
	}) // the lease also ends by itself
}
