package dragonfly

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

const (
	limitPrefix = keyPrefix + "r1:"
	// localTime is for how long a process counts for itself after the cache did not answer.
	localTime = time.Second
	// maxAccounts bounds the users that are remembered at a time, in each of two halves.
	maxAccounts = 25_000
)

// Limiter is a service.RateLimiter: a user has so many requests in each window of a minute, which
// begins with the first of them, by the server's clock. All processes together never admit more in
// a window, while the cache works and keeps its keys.
//
// A process does not ask for each request. It leases a few at once: a hundredth of the limit at
// first, more while the user goes on, never more than a tenth of the limit or of what is left.
// What users can see of that:
//   - Around the end of a window they may make twice the limit at once, as with a bucket of tokens
//     that was full.
//   - What one process has leased no other can use. Whose requests go over P processes may be
//     refused up to (P-1) x limit/10 requests early, and until the window ends.
//   - While the cache does not work each process admits the limit (EventRateLimit "local"). What it
//     admitted then counts once the cache is back, if its minute has not passed. A cache that lost
//     its keys begins a new window.
//   - With more than 25,000 users in a minute, those who were not seen for longest may lose what
//     was leased for them or, in local counting, be given a new minute.
type Limiter struct {
	cache  *Cache
	limit  int
	window time.Duration

	mu         sync.Mutex
	young, old map[service.UserID]*account // an account in neither has nothing to remember
	turned     time.Time
}

// NewLimiter lets each user make perMinute requests, 1 or more.
func NewLimiter(cache *Cache, perMinute int) *Limiter {
	return newLimiter(cache, perMinute, time.Minute)
}

func newLimiter(cache *Cache, limit int, window time.Duration) *Limiter {
	return &Limiter{cache: cache, limit: max(limit, 1), window: window, young: map[service.UserID]*account{}}
}

// Take is part of service.RateLimiter.
func (l *Limiter) Take(ctx context.Context, user service.UserID) service.RateDecision {
	a := l.account(user, time.Now())
	a.mu.Lock()
	defer a.mu.Unlock()
	admitted, local := l.admit(ctx, user, a)
	decision := service.RateDecision{Allowed: admitted, Limit: l.limit}
	switch {
	case !admitted:
		decision.RetryAfter = max(1, int(math.Ceil(time.Until(a.end).Seconds())))
		l.cache.observer.Count(service.EventRateLimit, "limited")
	case local:
		decision.Remaining = l.limit - a.admitted
		l.cache.observer.Count(service.EventRateLimit, "local")
	default:
		decision.Remaining = a.tokens + a.left
		l.cache.observer.Count(service.EventRateLimit, "allowed")
	}
	return decision
}

// account finds or makes a user's account. Accounts that were not used for a window or two are
// left behind, and so are the older ones when there are many.
func (l *Limiter) account(user service.UserID, now time.Time) *account {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.turned) >= l.window || len(l.young) >= maxAccounts {
		l.young, l.old, l.turned = make(map[service.UserID]*account, len(l.young)), l.young, now
	}
	a, ok := l.young[user]
	if ok {
		return a
	}
	if a, ok = l.old[user]; !ok {
		a = &account{}
	}
	l.young[user] = a
	return a
}
