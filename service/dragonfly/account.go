package dragonfly

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tripsage/infrastructure/service"
)

// account is what a process knows of a user's requests.
type account struct {
	mu  sync.Mutex
	ask time.Time // when the cache may be asked again
	period
}

// period is what it knows of those in the running window.
type period struct {
	end      time.Time // before it nothing below means anything
	tokens   int       // leased and not used
	left     int       // not leased by anybody, when we last heard
	step     int       // the last lease
	admitted int       // by this process
	owed     int       // of those, what the cache has not been told of
}

// admit decides about one request. The caller holds the account's lock, also while the cache is
// asked: the user's other requests need the same answer.
func (l *Limiter) admit(ctx context.Context, user service.UserID, a *account) (admitted, local bool) {
	now := time.Now()
	if !now.Before(a.end) {
		a.period = period{left: l.limit}
	}
	for try := 0; try < 2 && a.tokens == 0 && a.left > 0 && !now.Before(a.ask); try++ {
		err := l.lease(ctx, user, a)
		if now = time.Now(); err != nil {
			a.ask = now.Add(localTime)
		} else if !now.Before(a.end) { // the window ended while we asked; there is another one
			leased := a.tokens > 0
			a.period = period{left: l.limit}
			if leased { // which counted in the window that has just ended
				return true, false
			}
		}
	}
	switch {
	case a.tokens > 0:
		a.tokens--
		a.admitted++
		return true, false
	case a.left > 0 && now.Before(a.ask) && a.admitted < l.limit:
		if !now.Before(a.end) {
			a.period = period{left: l.limit, end: now.Add(l.window)}
		}
		a.admitted++
		a.owed++
		return true, true
	}
	return false, false
}

// wanted is how much to lease: little at first, because most users make few requests, and little
// at the end, because other processes need some too.
func (l *Limiter) wanted(a *account) int {
	first, most := max(1, l.limit/100), max(1, l.limit/10)
	return min(max(first, 2*a.step), most, max(1, a.left/10))
}

// lease asks the cache for some of the window's requests, and tells it what was admitted without.
func (l *Limiter) lease(ctx context.Context, user service.UserID, a *account) error {
	want := l.wanted(a)
	sent := time.Now()
	used, rest, err := l.count(context.WithoutCancel(ctx), hashed(limitPrefix, string(user)), want+a.owed)
	if err != nil {
		return err
	}
	before := used - int64(want) // of all other requests
	end := sent.Add(rest)        // at the latest: the server looked at its clock after we sent
	if end.After(a.end.Add(l.window / 60)) {
		a.admitted = a.owed // the window is another one
	}
	a.end, a.owed, a.step = end, 0, want
	a.tokens = int(min(int64(want), max(0, int64(l.limit)-before)))
	a.left = int(max(0, int64(l.limit)-used))
	return nil
}

// count adds to the user's window, which begins now if none runs. It returns all that was added,
// and how long the window still runs.
func (l *Limiter) count(ctx context.Context, key string, add int) (used int64, rest time.Duration, err error) {
	var wrong bool
	err = l.cache.ask(ctx, "limits.lease", func(ctx context.Context) error {
		pipe := l.cache.client.TxPipeline()
		pipe.SetNX(ctx, key, 0, l.window)
		sum, ttl := pipe.IncrBy(ctx, key, int64(add)), pipe.PTTL(ctx, key)
		_, err := pipe.Exec(ctx)
		used, rest = sum.Val(), ttl.Val()
		if wrong = noCount(err) || err == nil && rest < 0; wrong {
			return l.cache.client.Del(ctx, key).Err()
		}
		return err
	})
	if err == nil && wrong {
		err = errNoWindow
	}
	return used, rest, err
}

// errNoWindow means that something else was in a window's place. The next lease finds nothing there.
var errNoWindow = errors.New("the key of a rate limit held no number, or one without an end")

// noCount says that the server could not add to what is there. Other refusals, such as that its
// memory is full, are no reason to throw a count away.
func noCount(err error) bool {
	var answer redis.Error
	return errors.As(err, &answer) && (strings.HasPrefix(answer.Error(), "WRONGTYPE ") ||
		strings.Contains(answer.Error(), "not an integer") || strings.Contains(answer.Error(), "overflow"))
}
