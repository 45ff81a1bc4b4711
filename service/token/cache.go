package apitoken

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// What one generation of the cache may hold. There are two, so claims of 1 KiB make 8 MiB at most.
const (
	maxCached      = 4096
	maxCachedBytes = 4 << 20 // of claims
)

type digest = [sha256.Size]byte

// cache remembers whose tokens were good, by the tokens' digests, so that no token stays in memory.
// It has two generations: what is used moves to the young one, and when that is full it becomes the
// old one, and the old one is forgotten.
type cache struct {
	mu         sync.RWMutex
	young, old map[digest]service.Principal
	bytes      int // of claims in young
	epoch      int // counts the times that it was cleared
}

func newCache() *cache { return &cache{young: map[digest]service.Principal{}} }

// get returns whose token it is, as long as the token has not ended.
func (c *cache) get(sum digest, now time.Time) (service.Principal, bool) {
	c.mu.RLock()
	by, young := c.young[sum]
	old := false
	if !young {
		by, old = c.old[sum]
	}
	epoch := c.epoch
	c.mu.RUnlock()
	if !young && !old || !now.Before(by.Expires) {
		return service.Principal{}, false
	}
	if old {
		c.put(epoch, sum, by)
	}
	return by, true
}

// current returns what put wants to know: the keys that the token is checked with must still be good.
func (c *cache) current() (epoch int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.epoch
}

// put remembers a token that was checked in that epoch.
func (c *cache) put(epoch int, sum digest, by service.Principal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch != c.epoch {
		return
	}
	if len(c.young) >= maxCached || c.bytes+len(by.Claims) > maxCachedBytes {
		c.young, c.old, c.bytes = map[digest]service.Principal{}, c.young, 0
	}
	if _, known := c.young[sum]; !known {
		c.bytes += len(by.Claims)
	}
	c.young[sum] = by
}

// clear forgets all tokens: one of the keys is no longer good.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.bytes = map[digest]service.Principal{}, nil, 0
	c.epoch++
}
