package dragonfly

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/tripsage/infrastructure/service"
)

// tripAfter is how many commands in a row must fail before no more are sent. Each of them may have
// cost its request the whole budget.
const tripAfter = 5

// errNotAsked means that a command was not sent because the cache did not work a moment ago.
var errNotAsked = errors.New("the cache is not asked until it works again")

// breaker keeps requests from waiting for a cache that does not work. The healer closes it.
type breaker struct {
	failures atomic.Int32 // in a row
	open     atomic.Bool
}

// failed counts a failure, and says whether it opened the breaker.
func (b *breaker) failed() bool {
	return b.failures.Add(1) >= tripAfter && !b.open.Swap(true)
}

// worked begins the count anew. It is on the way of every command, so it writes only when needed.
func (b *breaker) worked() {
	if b.failures.Load() != 0 {
		b.failures.Store(0)
	}
}

func (b *breaker) close() {
	b.failures.Store(0)
	b.open.Store(false)
}

// ask sends a command for a request, within the budget. name is for the observer. redis.Nil, which
// is an answer, does not come back as an error.
func (c *Cache) ask(ctx context.Context, name string, command func(context.Context) error) error {
	if c.breaker.open.Load() {
		return errNotAsked
	}
	inner, end := c.observer.Operation(ctx, "cache", name)
	inner, cancel := context.WithTimeout(inner, c.budget)
	defer cancel()
	err := command(inner)
	if err == nil || errors.Is(err, redis.Nil) {
		c.breaker.worked()
		end(nil)
		return nil
	}
	err = coded(err)
	end(err)
	if broken(err) && ctx.Err() == nil && c.breaker.failed() {
		c.healer.wake()
	}
	return err
}

// broken says whether a coded error is about the cache and not about the command: a full cache that
// refuses a write still answers reads.
func broken(err error) bool {
	var answer redis.Error
	if !errors.As(err, &answer) {
		return true
	}
	return service.CodeOf(err) != service.CodeInternal
}
