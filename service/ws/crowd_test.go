package ws

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// TestAThousandSockets has 500 users with two sockets each, all of whom get all that is theirs, in
// order, while everything happens at once.
func TestAThousandSockets(t *testing.T) {
	const users, changes = 500, 40
	hub, seen := newHub(nil)
	server := serve(t, hub)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var clients sync.WaitGroup
	for i := range 2 * users {
		user := service.UserID(fmt.Sprintf("user-%d", i%users))
		conn := connect(t, server, user)
		clients.Go(func() {
			for want := range changes {
				_, body, err := conn.Read(context.Background())
				if !assert.NoError(t, err) || !assert.Equal(t, int64(want), idOf(t, body)) {
					return
				}
			}
		})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d bytes of heap and stacks per socket, its client in the same process included",
		(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/(2*users))
	for id := range int64(changes) {
		everybody := make([]service.UserID, 0, users)
		for _, i := range rand.Perm(users) {
			everybody = append(everybody, service.UserID(fmt.Sprintf("user-%d", i)))
		}
		hub.Publish(change(id, everybody...))
	}
	clients.Wait()
	eventually(t, "all are counted", func() bool { return seen.of("websocket_message:trips") == 2*users*changes })
	assert.Zero(t, hub.held.Load())
	assert.Equal(t, 2*users, hub.count(), "nobody was dropped")
}

// TestComingAndGoingWhilePublishing is for the race detector: a client that is connected all the
// time misses nothing, whatever the others do.
func TestComingAndGoingWhilePublishing(t *testing.T) {
	const changes = 300
	hub, _ := newHub(nil)
	server := serve(t, hub)
	steady := connect(t, server, alice)
	var over atomic.Bool
	var guests sync.WaitGroup
	for range 4 {
		guests.Go(func() {
			for !over.Load() {
				conn, code := tryConnect(t, server.URL, alice, nil)
				if !assert.Empty(t, code) {
					return
				}
				if rand.IntN(2) == 0 {
					_, _, _ = conn.Read(context.Background())
				}
				_ = conn.CloseNow()
			}
		})
	}
	for id := range int64(changes) {
		hub.Publish(change(id, bob, alice))
		if id%50 == 0 {
			hub.Resync()
			require.Equal(t, id, idOf(t, read(t, steady)))
			require.JSONEq(t, `{"type":"resync"}`, string(read(t, steady)))
			continue
		}
		require.Equal(t, id, idOf(t, read(t, steady)))
	}
	over.Store(true)
	guests.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { _, _, _ = steady.Read(context.Background()) }()
	require.NoError(t, hub.Drain(ctx))
	assert.Zero(t, hub.held.Load())
	assert.Empty(t, hub.users)
}

// TestQueuesKeepTheirBounds lets a few sockets fill and empty in any order.
func TestQueuesKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hub, _ := newHub(func(l *Limits) { l.Queue, l.QueueBytes, l.HeldBytes = 8, 400, 1000 })
		const sockets, largest = 4, 100
		var all []*socket
		expected := make([][]int, sockets)
		for range sockets {
			s, err := hub.admit(service.Principal{User: alice})
			require.NoError(t, err)
			_, _, _ = s.take() // the hello
			all = append(all, s)
		}
		size := rapid.IntRange(1, largest)
		which := rapid.IntRange(0, sockets-1)
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				i, n := which.Draw(t, "socket"), size.Draw(t, "size")
				before := all[i].ended
				all[i].push(message{body: make([]byte, n)}, hub.share())
				if all[i].ended == nil {
					expected[i] = append(expected[i], n)
				} else if before == nil {
					assert.Equal(t, slow(), *all[i].ended)
					assert.NotEmpty(t, expected[i], "nobody is dropped who is not behind")
				}
			},
			"take": func(t *rapid.T) {
				i := which.Draw(t, "socket")
				m, ended, ok := all[i].take()
				switch {
				case all[i].ended != nil:
					assert.True(t, ok && ended != nil)
				case len(expected[i]) == 0:
					assert.False(t, ok)
				default:
					assert.Len(t, m.body, expected[i][0], "first in, first out")
					expected[i] = expected[i][1:]
				}
			},
			"end": func(t *rapid.T) { all[which.Draw(t, "socket")].end(lost()) },
			"": func(t *rapid.T) {
				held := 0
				for _, s := range all {
					sum := 0
					for _, m := range s.messages {
						sum += len(m.body)
					}
					assert.Equal(t, s.bytes, sum)
					assert.LessOrEqual(t, len(s.messages), hub.Limits.Queue)
					assert.LessOrEqual(t, s.bytes, hub.Limits.QueueBytes)
					held += sum
				}
				assert.Equal(t, int64(held), hub.held.Load())
				assert.LessOrEqual(t, held, hub.Limits.HeldBytes+sockets*max(hub.share(), largest))
			},
		})
	})
}
