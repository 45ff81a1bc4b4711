package httpapi

import (
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func withRate(perMinute, proxies int) func(*Options) {
	return func(o *Options) { o.RateLimit = RateLimit{PerMinute: perMinute, TrustedProxies: proxies} }
}

func (f *fixture) from(remote, forwarded, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = remote
	if forwarded != "" {
		r.Header.Set("X-Forwarded-For", forwarded)
	}
	return f.do(r)
}

func TestRateLimit(t *testing.T) {
	f := newFixture(t, withRate(3, 0))
	const greedy, modest = "203.0.113.7:1234", "203.0.113.8:1234"
	for range 3 {
		assert.Equal(t, http.StatusOK, f.from(greedy, "", "/version").Code)
	}
	refused := f.from("203.0.113.7:999", "", "/version")
	assert.Equal(t, http.StatusTooManyRequests, refused.Code, "another connection is the same client")
	assert.Equal(t, "20", refused.Header().Get("Retry-After"), "one of three a minute")
	assert.Equal(t, "application/problem+json", refused.Header().Get("Content-Type"))
	body := bodyOf(t, refused)
	assert.Equal(t, "rate_limited", body["code"])
	assert.Equal(t, "Too Many Requests", body["title"])
	assert.Equal(t, refused.Header().Get("X-Request-Id"), body["request_id"])
	assert.Equal(t, "/version", f.records.last(t).Route)
	assert.Equal(t, http.StatusTooManyRequests, f.from(greedy, "", "/nowhere").Code, "guessing paths counts")
	for _, path := range []string{"/health", "/health/ready", "/health/detailed"} {
		for range 5 {
			assert.Equal(t, http.StatusOK, f.from(greedy, "", path).Code, path)
		}
	}
	assert.Equal(t, http.StatusOK, f.from(modest, "", "/version").Code)
	assert.Equal(t, "INFO", f.lines(t, "request")[3]["level"], "no error of ours")
	assert.NotContains(t, f.logs.String(), "203.0.113", "addresses are personal data")
}

func TestClientAddress(t *testing.T) {
	for _, tc := range []struct {
		name, remote, forwarded string
		proxies                 int
		want                    string
	}{
		{"nobody in between", "192.0.2.1:1", "", 0, "192.0.2.1"},
		{"a header nobody vouches for", "192.0.2.1:1", "198.51.100.9", 0, "192.0.2.1"},
		{"one proxy", "10.0.0.1:1", "198.51.100.9", 1, "198.51.100.9"},
		{"one proxy and a client that lies", "10.0.0.1:1", "1.1.1.1, 198.51.100.9", 1, "198.51.100.9"},
		{"two proxies", "10.0.0.1:1", "1.1.1.1,198.51.100.9 , 10.0.0.2", 2, "198.51.100.9"},
		{"past the proxies", "10.0.0.1:1", "", 1, "10.0.0.1"},
		{"too short", "10.0.0.1:1", "198.51.100.9", 2, "10.0.0.1"},
		{"nonsense", "10.0.0.1:1", "unknown", 1, "10.0.0.1"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:1", "", 0, "192.0.2.1"},
		{"IPv6", "[2001:db8:1:2:3:4:5:6]:1", "", 0, "2001:db8:1:2::"},
		{"IPv6 with a zone", "[fe80::1%eth0]:1", "", 0, "fe80::"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		assert.Equal(t, tc.want, clientOf(r, tc.proxies).String(), tc.name)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "@"
	assert.False(t, clientOf(r, 0).IsValid())
	r.Header["X-Forwarded-For"] = []string{"1.1.1.1", "198.51.100.9"}
	assert.Equal(t, "198.51.100.9", clientOf(r, 1).String(), "the header may be there twice")
}

// Whatever the pace, nobody gets more than a bucket and what trickles into it, and whoever waits as
// told is served.
func TestRateLimitProperty(t *testing.T) {
	client := netip.MustParseAddr("192.0.2.1")
	rapid.Check(t, func(t *rapid.T) {
		perMinute := rapid.IntRange(1, 200).Draw(t, "per minute")
		l := newLimiter(perMinute)
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		now, served := start, 0
		for range rapid.IntRange(1, 500).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "pause")) * time.Millisecond)
			wait := l.take(client, now)
			if wait == 0 {
				served++
			} else {
				require.LessOrEqual(t, wait, l.interval)
				if rapid.Bool().Draw(t, "patient") {
					now = now.Add(wait)
					require.Zero(t, l.take(client, now))
					served++
				}
			}
			most := perMinute + int(now.Sub(start)/l.interval)
			require.LessOrEqual(t, served, most)
		}
	})
}

func TestRateLimiterForgets(t *testing.T) {
	l := newLimiter(1)
	l.most = 100
	now := time.Now()
	for i := range uint32(10_000) {
		var four [4]byte
		binary.BigEndian.PutUint32(four[:], i)
		require.Zero(t, l.take(netip.AddrFrom4(four), now))
		require.LessOrEqual(t, len(l.full), 100)
	}
}

func BenchmarkRateLimiterUnderAttack(b *testing.B) {
	l := newLimiter(100)
	now := time.Now()
	var i uint32
	for b.Loop() {
		var four [4]byte
		binary.BigEndian.PutUint32(four[:], i)
		l.take(netip.AddrFrom4(four), now)
		i++
	}
}
