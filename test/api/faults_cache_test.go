package apitest

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// cached are requests whose answers come from the cache.
func cached() []string {
	paths := []string{"/destinations/1", "/destinations/2", "/search/destinations?q=nowhere+at+all"}
	for _, text := range []string{"lisbon", "beach", "japan", "museum", "wine", "lisbn"} {
		paths = append(paths, "/search/destinations?q="+text)
	}
	return paths
}

// truth are the right answers: those of a process that has no cache and never had one.
func (g *ground) truth(t testing.TB, paths []string) map[string]string {
	t.Helper()
	a := g.start(t, "DRAGONFLY_URL=redis://"+servicetest.FreeAddr(t))
	right := map[string]string{}
	for _, path := range paths {
		right[path] = string(a.as(someone("truth")).do(t, "GET", path, "").is(t, 200).body)
	}
	a.stop(t)
	return right
}

// TestCacheIsNotThereAtStart: a process starts without its cache, answers everything, and uses the
// cache as soon as there is one.
func TestCacheIsNotThereAtStart(t *testing.T) {
	for name, hide := range map[string]func(*ground) (show func()){
		"down":    func(g *ground) func() { g.cache.Stop(t); return func() { g.cache.Start(t) } },
		"hanging": func(g *ground) func() { g.toCache.hang(); return g.toCache.heal },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t)
			right := g.truth(t, cached())
			show := hide(g)
			a, ada := g.start(t, "API_RATE_LIMIT=300"), someone("ada")
			c := a.as(ada)
			a.sees(t, "cache", service.StatusDown, service.CodeConnectionRefused, service.CodeConnectionLost, service.CodeTimeout)
			a.ask(t, "/health/ready").is(t, 200)
			a.ask(t, "/health/detailed").is(t, 200)
			assert.InDelta(t, 0, a.metric(t, `dependency_up{dependency="cache"}`), 0)
			for range 3 {
				for path, want := range right {
					assert.Equal(t, want, string(c.do(t, "GET", path, "").is(t, 200).body))
				}
			}
			c.setTheme(t, 1)
			require.Equal(t, 1, c.theme(t))
			assert.Positive(t, a.metric(t, `cache_requests_total{kind="search",result="bypass"}`))
			assert.Positive(t, a.metric(t, `rate_limit_decisions_total{result="local"}`))
			ben := a.as(someone("ben"))
			for range 300 {
				ben.do(t, "GET", "/destinations/1", "").is(t, 200)
			}
			ben.do(t, "GET", "/destinations/1", "").fails(t, 429, service.CodeRateLimited) // this process counts for itself

			show()
			a.sees(t, "cache", service.StatusUp)
			require.Eventually(t, func() bool {
				assert.Equal(t, right["/destinations/1"], string(a.as(someone("more")).do(t, "GET", "/destinations/1", "").is(t, 200).body))
				return a.metric(t, `cache_requests_total{kind="static",result="hit"}`) > 0
			}, patience, 20*time.Millisecond)
			require.Equal(t, 1, c.theme(t))
		})
	}
}

func (c *client) setTheme(t tester, theme int) {
	t.Helper()
	c.do(t, "PUT", "/me", fmt.Sprintf(`{"name":"Ada","preferences":{"theme":%d}}`, theme)).is(t, 200)
}

func (c *client) theme(t tester) int {
	t.Helper()
	preferences := c.do(t, "GET", "/me", "").is(t, 200).json(t)["preferences"].(map[string]any)
	theme, err := strconv.Atoi(fmt.Sprint(preferences["theme"]))
	require.NoError(t, err)
	return theme
}

// crowd are the users of two processes that share a cache, all at work.
type crowd struct {
	g     *ground
	pods  [2]*api
	right map[string]string
	users []person
	// steady says that both processes see the same of the cache: all of it, or nothing.
	steady atomic.Bool
	over   atomic.Bool
	done   atomic.Int64 // requests
	work   sync.WaitGroup
}

func newCrowd(t *testing.T) *crowd {
	g := newGround(t)
	c := &crowd{g: g, right: g.truth(t, cached())}
	c.pods = [2]*api{g.start(t), g.start(t)}
	c.steady.Store(true)
	t.Cleanup(func() {
		c.over.Store(true)
		c.work.Wait()
	})
	for range 3 {
		user := someone("user")
		c.users = append(c.users, user)
		c.work.Go(func() { c.search(t, user) })
		c.work.Go(func() { c.change(t, user) })
	}
	return c
}

// search wants every answer to be the right one.
func (c *crowd) search(t *testing.T, user person) {
	clients := [2]*client{c.pods[0].as(user), c.pods[1].as(user)}
	for !c.over.Load() {
		for path, want := range c.right {
			i := c.done.Add(1)
			got := clients[i%2].do(t, "GET", path, "")
			if !assert.Equal(t, 200, got.status, "%s", got.body) || !assert.Equal(t, want, string(got.body)) {
				return
			}
		}
	}
}

// change wants to read what was written: always in the process that wrote it, and in the other one
// as long as both see the same of the cache.
func (c *crowd) change(t *testing.T, user person) {
	clients := [2]*client{c.pods[0].as(user), c.pods[1].as(user)}
	for i := 1; !c.over.Load(); i++ {
		writer, reader := clients[i%2], clients[(i+1)%2]
		steady := c.steady.Load()
		writer.setTheme(t, i)
		if got := writer.theme(t); !assert.Equal(t, i, got, "by the process that wrote it") {
			return
		}
		got := reader.theme(t)
		if steady && c.steady.Load() && !assert.Equal(t, i, got, "by the other process") {
			return
		}
		c.done.Add(3)
	}
}

// goOn lets everybody make some requests.
func (c *crowd) goOn(t *testing.T, requests int64) {
	t.Helper()
	had := c.done.Load()
	require.Eventually(t, func() bool { return c.done.Load() > had+requests || t.Failed() }, time.Minute, time.Millisecond)
	require.False(t, t.Failed())
}

// empty deletes all that the cache has.
func (g *ground) empty(t testing.TB) {
	t.Helper()
	options, err := redis.ParseURL(g.cache.URL())
	require.NoError(t, err)
	server := redis.NewClient(options)
	defer server.Close()
	require.NoError(t, server.FlushAll(t.Context()).Err())
}

// settle waits until both processes use the cache for everything again.
func (c *crowd) settle(t *testing.T) {
	t.Helper()
	bypassed := func() (sum float64) {
		for _, a := range c.pods {
			for _, kind := range []string{"search", "preferences", "static"} {
				sum += a.metric(t, `cache_requests_total{kind="`+kind+`",result="bypass"}`)
			}
		}
		return sum
	}
	require.Eventually(t, func() bool {
		before := bypassed()
		c.goOn(t, 100)
		return bypassed() == before
	}, time.Minute, time.Millisecond)
}

// TestCacheFaultsUnderLoad: whatever happens to the cache, every answer is the right one, none is an
// error, and what users changed meanwhile is never old again once the cache is back.
func TestCacheFaultsUnderLoad(t *testing.T) {
	c := newCrowd(t)
	c.goOn(t, 300)
	before := c.g.calm(t, c.pods[0])
	for _, fault := range []struct {
		name        string
		begin, heal func()
		uneven      bool // some commands get through
	}{
		{name: "down", begin: func() { c.g.cache.Stop(t) }, heal: func() { c.g.cache.Start(t) }},
		{name: "hanging", begin: c.g.toCache.hang, heal: c.g.toCache.heal},
		{name: "slow", begin: func() { c.g.toCache.slow(40 * time.Millisecond) }, heal: c.g.toCache.heal, uneven: true},
		{name: "restarted", begin: func() { c.g.cache.Stop(t); c.g.cache.Start(t) }, heal: func() {}, uneven: true},
		{name: "emptied", begin: func() { c.g.empty(t) }, heal: func() {}},
	} {
		c.steady.Store(!fault.uneven)
		fault.begin()
		c.goOn(t, 200)
		c.steady.Store(false)
		fault.heal()
		c.settle(t)
		c.steady.Store(true)
		c.goOn(t, 200)
		t.Logf("%s: %d requests so far", fault.name, c.done.Load())
	}
	c.over.Store(true)
	c.work.Wait()
	for _, user := range c.users {
		want := c.g.count(t, "select (preferences->>'theme')::int from users where id = $1", user.id)
		for i := range 6 {
			assert.Equal(t, want, c.pods[i%2].as(user).theme(t))
		}
	}
	for _, a := range c.pods {
		for _, line := range a.lines(t, "request") {
			assert.True(t, line["route"] == "/health/ready" || line["status"].(float64) < 500, "%v", line)
		}
	}
	assert.LessOrEqual(t, c.pods[0].metric(t, "go_goroutines"), before.goroutines+12)
}
