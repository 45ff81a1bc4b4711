package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// listening is a listener in the background, and what it told.
type listening struct {
	changes chan service.RowChange
	gaps    chan struct{}
	log     *lockedBuffer
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// listen starts a listener that waits for less time than the real one, and ends it with the test.
func listen(t *testing.T, url string) *listening {
	t.Helper()
	heard := &listening{changes: make(chan service.RowChange, 100), gaps: make(chan struct{}, 100), log: &lockedBuffer{}}
	config, err := poolConfig(Options{URL: url, PoolSize: 1})
	require.NoError(t, err)
	l := &listener{
		ListenOptions: ListenOptions{
			OnChange: func(c service.RowChange) { heard.changes <- c },
			OnGap:    func() { heard.gaps <- struct{}{} },
			Observer: service.Unobserved{}, Log: slog.New(slog.NewTextHandler(heard.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		},
		config: config.ConnConfig, silence: 50 * time.Millisecond, patience: 2 * time.Second,
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { l.run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	return heard
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(time.Minute):
		t.Fatalf("%s never came", what)
		panic("unreachable")
	}
}

func notify(t *testing.T, server *servicetest.Postgres, payload string) {
	t.Helper()
	server.Exec(t, "postgres", "select pg_notify('tripsage_changes', $payload$"+payload+"$payload$)")
}

// payload is what private.notify_change sends about a trip.
func payload(name string) string {
	return `{"at": "2026-11-26T03:04:05.678901+00:00", "id": 7, "op": "update", "table": "trips", "trip_id": 7,
		"record": {"id": 7, "name": "` + name + `"}, "users": ["a11ce000-0000-4000-8000-000000000001"]}`
}

func TestListen(t *testing.T) {
	server := servicetest.StartPostgres(t)
	t.Run("changes come, and what is none is passed over", func(t *testing.T) {
		heard := listen(t, server.URL("postgres"))
		receive(t, heard.gaps, "the beginning")
		notify(t, server, payload("Lisbon"))
		got := receive(t, heard.changes, "the change")
		assert.True(t, got.At.Equal(time.Date(2026, 11, 26, 3, 4, 5, 678901000, time.UTC)))
		got.At = time.Time{}
		assert.Equal(t, service.RowChange{
			Table: "trips", Op: "update", ID: 7, Trip: 7, Record: json.RawMessage(`{"id": 7, "name": "Lisbon"}`),
			Users: []service.UserID{"a11ce000-0000-4000-8000-000000000001"},
		}, got)

		for _, broken := range []string{"", "s3cret", `{"table":"s3crets"}`, payload(`s3cret"`), payload("s3cret") + "}"} {
			notify(t, server, broken)
		}
		server.Exec(t, "postgres", "notify another_channel, 's3cret'")
		notify(t, server, payload("Porto"))
		assert.Contains(t, string(receive(t, heard.changes, "the next change").Record), "Porto")
		assert.Equal(t, 1, strings.Count(heard.log.String(), `level=WARN msg="a change cannot be read"`), "one warning for all")
		assert.NotContains(t, heard.log.String(), "s3cret")
		assert.NotContains(t, heard.log.String(), "pooler")
		assert.Empty(t, heard.gaps)
	})
	t.Run("silence is no fault", func(t *testing.T) {
		heard := listen(t, server.URL("postgres"))
		receive(t, heard.gaps, "the beginning")
		for range 3 {
			time.Sleep(100 * time.Millisecond) // the server is asked, more than once
			notify(t, server, payload("Lisbon"))
			receive(t, heard.changes, "the change")
		}
		assert.Empty(t, heard.gaps, "all of it on one connection")
	})
	t.Run("a session that is ended begins anew", func(t *testing.T) {
		heard := listen(t, server.URL("postgres"))
		receive(t, heard.gaps, "the beginning")
		server.Exec(t, "postgres", `select pg_terminate_backend(pid) from pg_stat_activity
			where pid <> pg_backend_pid() and backend_type = 'client backend'`)
		receive(t, heard.gaps, "the gap")
		notify(t, server, payload("Lisbon"))
		receive(t, heard.changes, "the change after it")
	})
	t.Run("a session that does not listen any more begins anew", func(t *testing.T) {
		// As behind a pooler in transaction mode, which changes the session under its client.
		proxy := newProxy(t, server.Addr)
		heard := listen(t, strings.Replace(server.URL("postgres"), server.Addr, proxy.addr, 1))
		receive(t, heard.gaps, "the beginning")
		proxy.deafen.Store(true)
		assert.Eventually(t, func() bool { return strings.Contains(heard.log.String(), "transaction mode") }, time.Minute, time.Millisecond)
		proxy.deafen.Store(false)
		receive(t, heard.gaps, "the gap")
	})
	t.Run("a pooler is warned of", func(t *testing.T) {
		proxy := newProxy(t, server.Addr)
		proxy.hidePID.Store(true)
		heard := listen(t, strings.Replace(server.URL("postgres"), server.Addr, proxy.addr, 1))
		receive(t, heard.gaps, "the beginning")
		assert.Contains(t, heard.log.String(), "goes through a pooler")
	})
	t.Run("a server that goes away without a word is noticed", func(t *testing.T) {
		proxy := newProxy(t, server.Addr)
		heard := listen(t, strings.Replace(server.URL("postgres"), server.Addr, proxy.addr, 1))
		receive(t, heard.gaps, "the beginning")
		proxy.swallow.Store(true)
		assert.Eventually(t, func() bool { return strings.Contains(heard.log.String(), "code=timeout") }, time.Minute, time.Millisecond)
		proxy.swallow.Store(false)
		receive(t, heard.gaps, "the gap")
	})
	t.Run("a restart is survived", func(t *testing.T) {
		heard := listen(t, server.URL("postgres"))
		receive(t, heard.gaps, "the beginning")
		server.Stop(t)
		assert.Eventually(t, func() bool { return strings.Contains(heard.log.String(), "level=WARN") }, time.Minute, time.Millisecond)
		server.Start(t)
		receive(t, heard.gaps, "the gap")
		notify(t, server, payload("Lisbon"))
		receive(t, heard.changes, "the change after it")
		assert.Equal(t, 1, strings.Count(heard.log.String(), "level=WARN"), "one warning, however often it was tried")
		assert.NotContains(t, heard.log.String(), server.Password)
	})
}

func TestListenEnds(t *testing.T) {
	options := ListenOptions{Observer: service.Unobserved{}, Log: slog.New(slog.DiscardHandler)}
	err := Listen(t.Context(), "postgres://u:s3cr/et@h/d", options)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cr")

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	assert.NoError(t, Listen(ctx, "postgres://u:p@"+servicetest.DeafAddr(t)+"/d?sslmode=disable", options), "in the middle of connecting")
}

// proxy stands between a client and the server, and can be as bad as networks and poolers are.
type proxy struct {
	addr    string
	swallow atomic.Bool // nothing comes through any more, and nobody is told
	hidePID atomic.Bool // clients learn another process number, as from a pooler
	deafen  atomic.Bool // the session of the client stops listening
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	p := &proxy{addr: listener.Addr().String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				_ = client.Close()
				continue
			}
			go p.pass(server, client, p.request)
			go p.pass(client, server, p.answer)
		}
	}()
	return p
}

func (p *proxy) pass(to, from net.Conn, change func([]byte)) {
	defer func() { _, _ = to.Close(), from.Close() }()
	chunk := make([]byte, 64<<10)
	for {
		n, err := from.Read(chunk)
		if err != nil {
			return
		}
		change(chunk[:n])
		if p.swallow.Load() {
			continue
		}
		if _, err := to.Write(chunk[:n]); err != nil {
			return
		}
	}
}

// request makes the check look for a channel of another name.
func (p *proxy) request(chunk []byte) {
	if i := bytes.Index(chunk, []byte("c = 'tripsage_changes'")); i >= 0 && p.deafen.Load() {
		copy(chunk[i:], "c = 'tripsage_nothing'")
	}
}

// answer changes the message BackendKeyData: 'K', its length of 12, process, key.
func (p *proxy) answer(chunk []byte) {
	if i := bytes.Index(chunk, []byte{'K', 0, 0, 0, 12}); i >= 0 && p.hidePID.Load() {
		binary.BigEndian.PutUint32(chunk[i+5:], 1)
	}
}

func FuzzDecodeChange(f *testing.F) {
	f.Add(payload("Lisbon"))
	f.Add(`{"table":"trip_collaborators","op":"delete","id":0,"trip_id":1,"at":"2026-11-26T03:04:05+00:00","users":[]}`)
	f.Add(`{"table":"chat_messages","op":"insert","id":9,"trip_id":null,"at":"2026-11-26T03:04:05Z","record":null,"users":["x","x"]}`)
	f.Add(`{"table":"trips","op":"update","record":[1]}`)
	f.Add(`{"table":"trips","op":"update","record":"` + "\xff" + `"}`)
	f.Fuzz(func(t *testing.T, text string) {
		change, err := decodeChange(text)
		if err != nil {
			assert.Zero(t, change)
			return
		}
		assert.Contains(t, realtimeTables(), change.Table, "a label of metrics")
		body, err := json.Marshal(change)
		require.NoError(t, err, "what is read can be sent")
		assert.True(t, utf8.Valid(body))
		if change.Record != nil {
			assert.NoError(t, json.Unmarshal(change.Record, &map[string]json.RawMessage{}), "a row is an object")
		}
	})
}
