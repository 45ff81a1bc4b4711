package api

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
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

// TestRollingRestart restarts all processes, one after the other, under load: no request is lost,
// none fails, every websocket is closed with a reason, and every client shows what is there.
func TestRollingRestart(t *testing.T) {
	g := newGround(t)
	env := []string{"SHUTDOWN_DRAIN=1s", "SHUTDOWN_TIMEOUT=10s"}
	pods := []*api{g.start(t, env...), g.start(t, env...), g.start(t, env...)}
	b := newBalancer(t, pods...)
	l := newLoad(t, g, b)
	var open float64
	require.Eventually(t, func() bool {
		open = 0
		for _, pod := range pods {
			open += pod.metric(t, "websocket_connections")
		}
		return open == sockets
	}, patience, 20*time.Millisecond)
	for i, old := range pods {
		l.goOn(t, 300)
		old.terminate(t)
		require.NoError(t, old.wait(t))
		assert.Len(t, old.lines(t, "stopped"), 1)
		assert.Empty(t, old.lines(t, "websockets were cut"))
		assert.Empty(t, old.lines(t, "pools not closed in time"))
		l.goOn(t, 300)
		pods[i] = g.start(t, env...)
		b.follow(pods[i])
		require.Eventually(t, func() bool { return b.has(pods...) }, patience, probePause)
	}
	l.goOn(t, 300)
	l.end(t)
	l.seen.wellDone(t)
	assert.EqualValues(t, l.keys.Load(), g.count(t, "select count(*) from trips where name = 'new'"), "each once")
	closes := 0
	for _, f := range l.followers {
		ends := f.ends()
		assert.NotEmpty(t, ends, "it was on a process that is gone")
		for _, code := range ends {
			assert.Equal(t, websocket.StatusGoingAway, code)
		}
		closes += len(ends)
	}
	t.Logf("%d sockets were closed %d times", sockets, closes)
}

// TestShutdownWaitsForRequests: those that a process has begun to serve when it is told to stop are
// answered, however far they were, and so are those that still come while it drains.
func TestShutdownWaitsForRequests(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t, "SHUTDOWN_DRAIN=1s", "SHUTDOWN_TIMEOUT=15s"), someone("ada")
	seen := &ledger{}
	at := func() *caller { return &caller{t: t, addr: a.addr, who: ada, seen: seen} }
	a.as(ada).make(t, "/trips", trip("before"))
	finish := at().begin("/memory", `{"content":"in two parts"}`)
	release := g.lock(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			got, ok := at().call("POST", "/trips", trip("in flight"), "Idempotency-Key", uuid.NewString())
			assert.True(t, ok && got.status == 201, "%d", got.status)
		})
	}
	g.waiting(t, 3)
	idle := at()
	_, ok := idle.call("GET", "/me", "")
	require.True(t, ok)

	a.terminate(t)
	require.Eventually(t, func() bool { return len(a.lines(t, "draining")) == 1 }, patience, time.Millisecond)
	got, ok := idle.call("GET", "/me", "")
	assert.True(t, ok && got.status == 200, "still served while others are told")
	assert.Nil(t, idle.conn, "but not on this connection any more")
	got, ok = at().call("GET", "/health/ready", "")
	assert.True(t, !ok && got.status == 503, "and no longer ready")
	require.Eventually(t, func() bool { return len(a.lines(t, "stopping")) == 1 }, patience, time.Millisecond)
	release()
	finish()
	all.Wait()
	require.NoError(t, a.wait(t))
	assert.Equal(t, 3, g.count(t, "select count(*) from trips where name = 'in flight'"))
	assert.Equal(t, 1, g.count(t, "select count(*) from memories"))
}

// TestShutdownCutsWhatDoesNotEnd: a request that takes longer than there is time is cut, its client
// knows that it has no answer, and repeating it elsewhere makes what it was to make once.
func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t, "SHUTDOWN_TIMEOUT=1s"), someone("ada")
	other, key := g.start(t), uuid.NewString()
	other.as(ada).make(t, "/trips", trip("before"))
	release := g.lock(t)
	var all sync.WaitGroup
	all.Go(func() {
		_, err := (&caller{t: t, addr: a.addr, who: ada}).send("POST", "/trips", trip("once"), []string{"Idempotency-Key", key})
		assert.Error(t, err)
	})
	g.waiting(t, 1)
	a.terminate(t)
	require.Error(t, a.wait(t), "an operator sees that requests were cut")
	assert.Contains(t, a.logs(), "were cut")
	all.Wait()
	g.waiting(t, 0)
	release()
	other.as(ada).do(t, "POST", "/trips", trip("once"), "Idempotency-Key", key).is(t, 201)
	assert.Equal(t, 1, g.count(t, "select count(*) from trips where name = 'once'"))
}

// TestKilledWhileServing: the process that is left goes on as if nothing was, and clients that
// repeat what got no answer have made everything once.
func TestKilledWhileServing(t *testing.T) {
	g := newGround(t)
	pods := []*api{g.start(t), g.start(t)}
	ada, ben := someone("ada"), someone("ben")
	socket := pods[0].as(ben).watch(t)
	var over atomic.Bool
	var keys, unanswered atomic.Int64
	var all sync.WaitGroup
	for worker := range 6 {
		all.Go(func() {
			seen := &ledger{}
			callers := []*caller{{t: t, addr: pods[0].addr, who: ada, seen: seen}, {t: t, addr: pods[1].addr, who: ada, seen: seen}}
			for at := worker; !over.Load(); {
				key := uuid.NewString()
				keys.Add(1)
				for !t.Failed() {
					got, ok := callers[at%2].call("POST", "/trips", trip("once"), "Idempotency-Key", key)
					if ok {
						assert.Equal(t, 201, got.status)
						break
					}
					assert.Equal(t, 0, at%2, "the other one failed")
					unanswered.Add(1)
					at++
				}
			}
			callers[1].hangUp()
		})
	}
	t.Cleanup(func() {
		over.Store(true)
		all.Wait()
	})
	goOn := func() {
		had := keys.Load()
		require.Eventually(t, func() bool { return keys.Load() > had+100 }, patience, time.Millisecond)
	}
	goOn()
	release := g.lock(t) // so that some are under way
	g.waiting(t, 6)
	pods[0].kill(t)
	release()
	goOn()
	over.Store(true)
	all.Wait()
	assert.Positive(t, unanswered.Load())
	assert.EqualValues(t, keys.Load(), g.count(t, "select count(*) from trips"))
	assert.EqualValues(t, keys.Load(), g.count(t, "select count(distinct key) from idempotency_keys"))
	for {
		if _, err := socket.read(t); err != nil {
			assert.Equal(t, websocket.StatusCode(-1), websocket.CloseStatus(err), "nobody was there to say farewell")
			break
		}
	}
	again := pods[1].as(ben).watch(t)
	id := pods[1].as(ben).make(t, "/trips", trip("after"))
	assert.Equal(t, id, strconv.Itoa(int(again.change(t, "trips", "insert")["id"].(float64))))
	require.Eventually(t, func() bool {
		return g.count(t, "select count(*) from pg_stat_activity where application_name = 'tripsage-api' and state <> 'idle'") == 0
	}, patience, 20*time.Millisecond, "the dead one's transactions are over")
}

// TestDatabaseRestartsUnderSockets: those who watch are told that they may have missed something,
// and hear of what comes after.
func TestDatabaseRestartsUnderSockets(t *testing.T) {
	g := newGround(t)
	a, ada := g.start(t), someone("ada")
	c := a.as(ada)
	id := c.make(t, "/trips", trip("before"))
	var open []socket
	for range 5 {
		open = append(open, c.watch(t))
	}
	for round := range 2 {
		g.pg.Stop(t)
		g.pg.Start(t)
		g.pg.Exec(t, g.database, "update trips set notes = 'while nobody listens', version = version + 1")
		for _, s := range open {
			for s.next(t)["type"] != "resync" { // a change at most: the listener may have been faster
			}
		}
		a.becomes(t, true, "database")
		assert.Equal(t, "while nobody listens", c.do(t, "GET", "/trips/"+id, "").is(t, 200).json(t)["notes"])
		seen := "round " + strconv.Itoa(round)
		c.do(t, "PATCH", "/trips/"+id, `{"notes":"`+seen+`"}`, "If-Match", "*").is(t, 200)
		for _, s := range open {
			for notes := ""; notes != seen; {
				record, _ := s.next(t)["record"].(map[string]any)
				notes, _ = record["notes"].(string)
			}
		}
	}
	assert.InDelta(t, 5, a.metric(t, "websocket_connections"), 0)
}
