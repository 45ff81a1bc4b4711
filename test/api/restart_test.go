package apitest

import (
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
