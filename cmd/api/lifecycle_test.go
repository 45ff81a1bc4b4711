package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/config"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// journal remembers what happened, in order.
type journal struct {
	mu     sync.Mutex
	events []string
}

func (j *journal) add(event string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, event)
}

func (j *journal) list() []string { j.mu.Lock(); defer j.mu.Unlock(); return slices.Clone(j.events) }

// stage is a process whose every part writes to the journal.
type stage struct {
	*process
	journal      *journal
	api, metrics string // addresses
	release      chan struct{}
	ended        chan error
	stop         context.CancelFunc
}

func newStage(t *testing.T, shutdown config.Shutdown) *stage {
	t.Helper()
	s := &stage{
		journal: &journal{}, release: make(chan struct{}), ended: make(chan error, 1),
		api: servicetest.FreeAddr(t), metrics: servicetest.FreeAddr(t),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		s.journal.add("request begins")
		select {
		case <-s.release:
			s.journal.add("request ends")
			_, _ = io.WriteString(w, "done")
		case <-r.Context().Done():
			s.journal.add("request cut")
		}
	})
	mux.HandleFunc("/fast", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fast") })
	s.process = &process{
		log:     slog.New(slog.DiscardHandler),
		drain:   func() { s.journal.add("drain") },
		server:  &http.Server{Handler: mux, ReadHeaderTimeout: time.Second},
		metrics: &http.Server{Handler: mux, ReadHeaderTimeout: time.Second},
		tasks: []task{func(ctx context.Context) error {
			<-ctx.Done()
			s.journal.add("watch ends")
			return nil
		}},
		part: func(context.Context) error {
			s.journal.add("sockets parted")
			return nil
		},
		close: func() {
			time.Sleep(20 * time.Millisecond) // the watch ends first or never
			if works(s.metrics, "/fast") {
				s.journal.add("metrics still there")
			}
			if !works(s.api, "/fast") {
				s.journal.add("API gone")
			}
			s.journal.add("pools closed")
		},
		shutdown: shutdown,
	}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.ended <- s.run(ctx, s.api, s.metrics) }()
	require.Eventually(t, func() bool { return works(s.api, "/fast") && works(s.metrics, "/fast") }, 5*time.Second, time.Millisecond)
	return s
}

func works(addr, path string) bool {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + addr + path)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (s *stage) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the process does not end")
		return nil
	}
}

// slow starts a slow request and returns a channel with its result.
func (s *stage) slow(t *testing.T) <-chan string {
	t.Helper()
	result := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + s.api + "/slow")
		if err != nil {
			result <- "cut"
			return
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		result <- string(body)
	}()
	require.Eventually(t, func() bool { return slices.Contains(s.journal.list(), "request begins") }, 5*time.Second, time.Millisecond)
	return result
}

func TestShutdownOrder(t *testing.T) {
	s := newStage(t, config.Shutdown{Drain: 200 * time.Millisecond, Timeout: 5 * time.Second})
	slow := s.slow(t)
	s.stop()
	require.Eventually(t, func() bool { return slices.Contains(s.journal.list(), "drain") }, time.Second, time.Millisecond)
	assert.True(t, works(s.api, "/fast"), "still serving while draining")
	assert.Eventually(t, func() bool { return !works(s.api, "/fast") }, 2*time.Second, 10*time.Millisecond,
		"no new connections after the drain, although a request still runs")
	assert.NotContains(t, s.journal.list(), "pools closed", "the running request needs them")
	close(s.release)
	require.NoError(t, s.wait(t))
	assert.Equal(t, "done", <-slow)
	assert.Equal(t, []string{
		"request begins", "drain", "sockets parted", "request ends", "watch ends", "metrics still there", "API gone", "pools closed",
	}, s.journal.list())
	assert.False(t, works(s.metrics, "/fast"))
}

func TestStuckRequestsAreCut(t *testing.T) {
	s := newStage(t, config.Shutdown{Timeout: 100 * time.Millisecond})
	slow := s.slow(t)
	start := time.Now()
	s.stop()
	err := s.wait(t)
	require.ErrorContains(t, err, "requests were still running 100ms after the drain and were cut")
	assert.Less(t, time.Since(start), 2*time.Second)
	assert.Contains(t, []string{"cut", ""}, <-slow)
	assert.Eventually(t, func() bool { return slices.Contains(s.journal.list(), "request cut") }, time.Second, time.Millisecond,
		"its context ended, so that it gives its connections back")
}

func TestPoolsThatDoNotCloseAreLeft(t *testing.T) {
	s := newStage(t, config.Shutdown{Timeout: time.Second})
	s.close = func() { select {} }
	start := time.Now()
	s.stop()
	require.NoError(t, s.wait(t))
	assert.InDelta(t, closeTimeout.Seconds(), time.Since(start).Seconds(), 1)
}

func TestServerFailureEndsTheProcess(t *testing.T) {
	for _, name := range []string{"API", "metrics"} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, config.Shutdown{Drain: time.Hour, Timeout: time.Second})
			server := s.server
			if name == "metrics" {
				server = s.process.metrics
			}
			require.NoError(t, server.Close())
			require.ErrorContains(t, s.wait(t), name+" server: ")
			assert.Contains(t, s.journal.list(), "pools closed")
		})
	}
}

func TestServerFailureEndsTheDrain(t *testing.T) {
	s := newStage(t, config.Shutdown{Drain: time.Hour, Timeout: time.Second})
	s.stop()
	require.Eventually(t, func() bool { return slices.Contains(s.journal.list(), "drain") }, time.Second, time.Millisecond)
	require.NoError(t, s.server.Close())
	require.ErrorContains(t, s.wait(t), "API server: ")
}

func TestListenFaultsAreReportedTogether(t *testing.T) {
	s := newStage(t, config.Shutdown{Timeout: time.Second})
	closed := false
	other := &process{log: slog.New(slog.DiscardHandler), close: func() { closed = true }}
	err := other.run(t.Context(), s.api, s.metrics)
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], `API_ADDR="`+s.api+`": cannot listen: `)
	assert.Contains(t, lines[0], "address already in use; choose a free port or stop the program that has it")
	assert.Contains(t, lines[1], `METRICS_ADDR="`+s.metrics+`": cannot listen: `)
	assert.True(t, closed)
	s.stop()
	require.NoError(t, s.wait(t))
}
