package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pause is how long a client of a crowd thinks between two requests.
const pause = 20 * time.Millisecond

// crowd is a number of clients that read and write all the time. Most keep their connections as long
// as the API lets them, every other reader makes one for each request. A request that gets no answer
// counts as lost, and is made again.
type crowd struct {
	stop     chan struct{}
	clients  sync.WaitGroup
	answered atomic.Int64

	mu      sync.Mutex
	lost    []string         // no answer: the connection was refused, or ended too early
	wrong   []string         // any answer but the right one
	written map[string]int64 // ids of trips by their name, which is also their Idempotency-Key
}

// gather starts readers and writers for each user.
func gather(t *testing.T, users []traveller, readers, writers int) *crowd {
	t.Helper()
	c := &crowd{stop: make(chan struct{}), written: map[string]int64{}}
	for n, u := range users {
		known := "known to " + u.id
		path := u.newTrip(t, known)
		for reader := range readers {
			client := u.at(u.url)
			client.http.Transport.(*http.Transport).DisableKeepAlives = reader%2 == 1
			c.clients.Go(func() { c.read(client, path, known) })
		}
		for writer := range writers {
			c.clients.Go(func() { c.write(u.at(u.url), fmt.Sprintf("%s-%d-%d-", t.Name(), n, writer)) })
		}
	}
	t.Cleanup(c.leave)
	return c
}

// leave ends the requests in flight in their own time.
func (c *crowd) leave() {
	c.mu.Lock()
	select {
	case <-c.stop:
	default:
		close(c.stop)
	}
	c.mu.Unlock()
	c.clients.Wait()
}

func (c *crowd) goesOn() bool {
	select {
	case <-c.stop:
		return false
	case <-time.After(pause):
		return true
	}
}

// read asks for a trip that the user has, and for a city of the catalogue, which the cache answers.
func (c *crowd) read(u traveller, path, name string) {
	for n := 0; c.goesOn(); n++ {
		if n%4 == 0 {
			c.ask(u, http.StatusOK, `"name":"Lisbon"`, http.MethodGet, "/search/destinations?q=lisbon", "")
			continue
		}
		c.ask(u, http.StatusOK, strconv.Quote(name), http.MethodGet, path, "")
	}
}

// write makes trips, and each of them once, however often it has to ask.
func (c *crowd) write(u traveller, prefix string) {
	for n := 0; c.goesOn(); n++ {
		name := prefix + strconv.Itoa(n)
		made := c.ask(u, http.StatusCreated, strconv.Quote(name), http.MethodPost, "/trips", tripNamed(name), "Idempotency-Key", name)
		id, err := strconv.ParseInt(made.header.Get("Location")[strings.LastIndexByte(made.header.Get("Location"), '/')+1:], 10, 64)
		c.mu.Lock()
		if err != nil {
			c.wrong = append(c.wrong, fmt.Sprintf("%s: Location %q", name, made.header.Get("Location")))
		}
		c.written[name] = id
		c.mu.Unlock()
	}
}

// ask repeats a request until it is answered.
func (c *crowd) ask(u traveller, status int, has, method, path, body string, headers ...string) answer {
	for end := time.Now().Add(patience); ; time.Sleep(pause) {
		got, err := u.send(context.Background(), method, path, body, headers...)
		c.mu.Lock()
		switch {
		case err != nil:
			c.lost = append(c.lost, fmt.Sprintf("%s %s %s: %v", time.Now().Format(time.TimeOnly), method, path, err))
		case got.status != status || !strings.Contains(got.body, has):
			c.wrong = append(c.wrong, fmt.Sprintf("%s %s %s: %d %s", time.Now().Format(time.TimeOnly), method, path, got.status, got.body))
		default:
			c.answered.Add(1)
		}
		c.mu.Unlock()
		if err == nil || time.Now().After(end) {
			return got
		}
	}
}

// answers waits until the crowd has got that many more answers.
func (c *crowd) answers(t *testing.T, more int64) {
	t.Helper()
	want := c.answered.Load() + more
	eventually(t, time.Minute, func() error {
		if now := c.answered.Load(); now < want {
			return fmt.Errorf("%d of %d answers", now, want)
		}
		return nil
	})
}

// settle sends the crowd home and wants every answer to have been right, and what was written to be
// there once. It returns what was lost.
func (c *crowd) settle(t *testing.T, users []traveller) []string {
	t.Helper()
	c.leave()
	assert.Empty(t, c.wrong, "wrong answers")
	there := map[string]int64{}
	for _, u := range users {
		for _, one := range u.trips(t) {
			if _, known := c.written[one.Name]; known {
				require.Zero(t, there[one.Name], "%q is there twice", one.Name)
				there[one.Name] = one.ID
			}
		}
	}
	require.NotEmpty(t, c.written)
	assert.Equal(t, c.written, there)
	t.Logf("%d requests were answered, %d trips were written, %d requests were lost", c.answered.Load(), len(there), len(c.lost))
	return c.lost
}
