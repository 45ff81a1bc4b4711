package service

import "context"

// CacheKind is a kind of cached data; each has its own time to live.
type CacheKind string

// The kinds, with the setting of their time to live.
const (
	CacheSearch      CacheKind = "search"      // CACHE_TTL_SEARCH_RESULTS
	CachePreferences CacheKind = "preferences" // CACHE_TTL_USER_PREFERENCES
	CacheStatic      CacheKind = "static"      // CACHE_TTL_STATIC_DATA
)

// Cache keeps answers. It never makes an answer wrong, and a cache that does not work makes it
// slower and nothing else.
type Cache interface {
	// Fetch returns the kept value, or loads and keeps it. Requests for one key at the same time
	// load once. A load that ends with CodeNotFound is kept for a short while too; any other error
	// is not. The value must not be changed by the caller.
	Fetch(ctx context.Context, kind CacheKind, key string, load func(context.Context) ([]byte, error)) ([]byte, error)
	// Forget makes sure that no later Fetch, in any process, returns what was loaded before it.
	Forget(ctx context.Context, kind CacheKind, key string)
}

// RateDecision is the answer of a RateLimiter.
type RateDecision struct {
	Allowed    bool
	Limit      int // requests per minute
	Remaining  int
	RetryAfter int // seconds, when not allowed
}

// RateLimiter counts the requests of each user over all processes.
type RateLimiter interface {
	Take(ctx context.Context, user UserID) RateDecision
}
