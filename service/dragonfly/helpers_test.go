package dragonfly

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// tally counts what an observer is told.
type tally struct {
	mu         sync.Mutex
	operations map[string]int // by name
	failures   map[string]int
	events     map[string]int // by event and label
}

func newTally() *tally {
	return &tally{operations: map[string]int{}, failures: map[string]int{}, events: map[string]int{}}
}

func (o *tally) Operation(ctx context.Context, _, name string) (context.Context, func(error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.operations[name]++
	return ctx, func(err error) {
		if err != nil {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.failures[name]++
		}
	}
}

func (o *tally) Count(event service.Event, label string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events[string(event)+" "+label]++
}

// sent is how many commands of a name were sent; "" is all.
func (o *tally) sent(name string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if name != "" {
		return o.operations[name]
	}
	sum := 0
	for _, n := range o.operations {
		sum += n
	}
	return sum
}

func (o *tally) event(name string) int { o.mu.Lock(); defer o.mu.Unlock(); return o.events[name] }

// instance is what one process has.
type instance struct {
	*ReadThrough
	cache *Cache
	seen  *tally
}

// patient is a budget that a busy machine does not use up, for tests that are not about budgets.
const patient = 5 * time.Second

func newInstance(t testing.TB, url string) instance {
	t.Helper()
	i := hastyInstance(t, url)
	i.cache.budget = patient
	t.Cleanup(func() { assert.NoError(t, i.cache.Close()) })
	return i
}

// hastyInstance has the budget of production. The test closes it.
func hastyInstance(t testing.TB, url string) instance {
	t.Helper()
	seen := newTally()
	cache, err := Open(Options{URL: url, PoolSize: 20, Timeout: patient, Observer: seen})
	require.NoError(t, err)
	return instance{ReadThrough: NewReadThrough(cache, usual()), cache: cache, seen: seen}
}

func usual() ReadThroughOptions {
	return ReadThroughOptions{
		TTL:    map[service.CacheKind]time.Duration{service.CacheSearch: time.Minute, service.CachePreferences: time.Hour},
		Absent: 10 * time.Second,
	}
}

// gives is a load that counts its calls.
func gives(calls *int, value string, err error) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) {
		*calls++
		return []byte(value), err
	}
}

// fetch expects a value.
func (i instance) fetch(t testing.TB, key string, load func(context.Context) ([]byte, error)) string {
	t.Helper()
	value, err := i.Fetch(t.Context(), service.CacheSearch, key, load)
	require.NoError(t, err)
	return string(value)
}

// stored waits until a value that was fetched is in the cache: callers do not wait for that.
func (i instance) stored(t testing.TB, key string) string {
	t.Helper()
	k := i.kinds[service.CacheSearch]
	entry := hashed(k.prefix, key)
	eventually(t, func() bool { return i.look(t.Context(), k, entry).state == kept }, "the value is stored")
	return entry
}

// admin may do everything to the server.
func admin(t testing.TB, server *servicetest.Cache) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(server.URL())
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// wire leads to a server, until it is cut.
type wire struct {
	url      string
	listener net.Listener

	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

func newWire(t testing.TB, server *servicetest.Cache) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{url: "redis://:" + server.Password + "@" + listener.Addr().String(), listener: listener, whole: true}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			w.connect(near, server.Addr)
		}
	}()
	t.Cleanup(func() { w.cut(); _ = listener.Close() })
	return w
}

func (w *wire) connect(near net.Conn, addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	far, err := net.Dial("tcp", addr)
	if err != nil || !w.whole {
		_ = near.Close()
		return
	}
	w.conns = append(w.conns, near, far)
	go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, conn := range w.conns {
		_ = conn.Close()
	}
	w.conns = nil
}

func (w *wire) mend() { w.mu.Lock(); defer w.mu.Unlock(); w.whole = true }

// eventually is for what another goroutine does soon.
func eventually(t testing.TB, holds func() bool, what string) {
	t.Helper()
	require.Eventually(t, holds, 20*time.Second, 5*time.Millisecond, what)
}
