package httpapi

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// RateLimit says what one address may ask of this process without a good token. Each process counts
// for itself; users with a token have a limit of their own, which all processes share.
type RateLimit struct {
	// PerMinute is how many requests a client may make, all at once or spread over a minute.
	PerMinute int
	// TrustedProxies counts the proxies in front that each add the address they see to
	// X-Forwarded-For. What is further left in that header is the client's own word.
	TrustedProxies int
}

// maxClients bounds the limiter's memory, to a few megabytes.
const maxClients = 50_000

// limiter lets each client have a bucket of tokens that fills up in a minute (the generic cell
// rate algorithm). All that it keeps of a client is when the bucket will be full again.
type limiter struct {
	interval time.Duration // one token
	bucket   time.Duration // all of them
	mu       sync.Mutex
	full     map[netip.Addr]time.Time
	most     int
}

func newLimiter(perMinute int) *limiter {
	tokens := time.Duration(perMinute)
	interval := (time.Minute + tokens - 1) / tokens // rounded up, or there would be a token too many
	return &limiter{interval: interval, bucket: interval * tokens, full: map[netip.Addr]time.Time{}, most: maxClients}
}

// take returns 0 when the client may go on, and otherwise how long it has to wait for a token.
func (l *limiter) take(client netip.Addr, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	full, known := l.full[client]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.interval)
	if wait := full.Sub(now) - l.bucket; wait > 0 {
		return wait
	}
	if !known && len(l.full) >= l.most {
		l.forget()
	}
	l.full[client] = full
	return 0
}

// forget makes room by giving some client its whole bucket back. To look for one whose bucket is
// full anyway would take long exactly when many clients come at once.
func (l *limiter) forget() {
	for client := range l.full {
		delete(l.full, client)
		return
	}
}

// limited refuses requests from addresses that have used up their tokens.
func (a *API) limited(next endpoint) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := a.takeLocal(w, r); err != nil {
			return err
		}
		return next(w, r)
	}
}

// takeLocal counts a request of nobody we know against the address that it comes from.
func (a *API) takeLocal(w http.ResponseWriter, r *http.Request) error {
	wait := a.limiter.take(clientOf(r, a.RateLimit.TrustedProxies), time.Now())
	if wait == 0 {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return &service.Error{Code: service.CodeRateLimited}
}

// clientOf returns the address to count under. An IPv6 client has a whole /64 to itself, so that
// is what counts. Where the header is shorter than the proxies are many, the request came another
// way, and whoever connected is the client.
func clientOf(r *http.Request, proxies int) netip.Addr {
	if proxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if len(hops) >= proxies {
			if addr, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-proxies])); err == nil {
				return network(addr)
			}
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // no TCP connection, so no address: those clients share a bucket
	}
	return network(peer.Addr())
}

func network(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr // an IPv6 address always has a /64
	}
	return prefix.Addr()
}
