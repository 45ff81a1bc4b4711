package apitest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load is what clients do while processes come and go.
type load struct {
	g         *ground
	balancer  *balancer
	seen      *ledger
	trips     []string // paths
	users     []person
	followers []*follower
	over      atomic.Bool
	work      sync.WaitGroup
	stop      context.CancelFunc // of the followers
	keys      atomic.Int64       // creations
}

// sockets are open at a time, a tenth of them for each user.
const sockets = 50

func newLoad(t *testing.T, g *ground, b *balancer) *load {
	l := &load{g: g, balancer: b, seen: &ledger{}}
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	t.Cleanup(func() {
		l.over.Store(true)
		stop()
		l.work.Wait()
	})
	for i := range sockets / 5 {
		c := l.caller(t, someone("traveller"))
		l.users = append(l.users, c.who)
		made, ok := c.call("POST", "/trips", trip("shown"))
		require.True(t, ok)
		c.hangUp()
		l.trips = append(l.trips, "/trips/"+made.id(t))
		for range 5 {
			f := &follower{caller: *l.caller(t, c.who), path: l.trips[i]}
			l.followers = append(l.followers, f)
			l.work.Go(func() { f.follow(ctx) })
		}
	}
	for i := range 4 {
		l.work.Go(func() { l.create(t, l.users[i]) })
	}
	for i := range 2 {
		l.work.Go(func() { l.change(t, i) })
	}
	l.work.Go(func() { l.look(t) })
	return l
}

func (l *load) caller(t testing.TB, who person) *caller {
	return &caller{t: t, addr: l.balancer.addr, who: who, seen: l.seen}
}

// create makes things once, over a connection that it keeps.
func (l *load) create(t *testing.T, who person) {
	c := l.caller(t, who)
	for !l.over.Load() {
		l.keys.Add(1)
		c.call("POST", "/trips", trip("new"), "Idempotency-Key", uuid.NewString())
		c.call("GET", "/trips?limit=5", "")
	}
	c.hangUp()
}

// change changes the trips that are shown, half of them each.
func (l *load) change(t *testing.T, half int) {
	for i := half; !l.over.Load(); i = (i + 2) % len(l.trips) {
		c := l.caller(t, l.users[i])
		c.call("PATCH", l.trips[i], `{"notes":"`+uuid.NewString()+`"}`, "If-Match", "*")
		c.hangUp() // a connection for each
	}
}

// look reads over a connection that rests now and then.
func (l *load) look(t *testing.T) {
	c := l.caller(t, l.users[0])
	for !l.over.Load() {
		c.call("GET", "/search/destinations?q=lisbon", "")
		c.call("GET", "/me", "")
		time.Sleep(20 * time.Millisecond)
	}
	c.hangUp()
}

// end waits until every client shows what the database has, and ends the load.
func (l *load) end(t *testing.T) {
	t.Helper()
	l.over.Store(true)
	for i, f := range l.followers {
		want := l.g.count(t, "select version from trips where id = $1", l.trips[i/5][len("/trips/"):])
		require.Greater(t, want, 1)
		assert.Eventually(t, func() bool {
			want = l.g.count(t, "select version from trips where id = $1", l.trips[i/5][len("/trips/"):])
			return f.shows() == want
		}, patience, 20*time.Millisecond, "a client shows version %d of %d", f.shows(), want)
	}
	l.stop()
	l.work.Wait()
}

// goOn lets everybody make some requests.
func (l *load) goOn(t *testing.T, requests int) {
	t.Helper()
	had := l.seen.count()
	require.Eventually(t, func() bool { return l.seen.count() > had+requests }, time.Minute, time.Millisecond)
}
