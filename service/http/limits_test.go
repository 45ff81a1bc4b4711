package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecurityHeaders(t *testing.T) {
	f := newFixture(t, nil)
	for _, path := range []string{"/health", "/nowhere"} {
		h := f.get(path).Header()
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		assert.Equal(t, "DENY", h.Get("X-Frame-Options"))
		assert.Equal(t, "default-src 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"))
		assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
		assert.Equal(t, "no-store", h.Get("Cache-Control"))
		assert.Empty(t, h.Get("Server"))
	}
}

func TestDefaultLimitsFitTogether(t *testing.T) {
	l := DefaultLimits()
	assert.Less(t, l.ReadHeaderTimeout, l.ReadTimeout)
	assert.Less(t, l.RequestTimeout, l.WriteTimeout, "a slow request must end with an answer")
	assert.LessOrEqual(t, l.RequestTimeout, 15*time.Second, "the default SHUTDOWN_TIMEOUT")
	server := l.NewServer(http.NotFoundHandler(), log.New(io.Discard, "", 0))
	assert.Equal(t, l, Limits{
		ReadHeaderTimeout: server.ReadHeaderTimeout, ReadTimeout: server.ReadTimeout, RequestTimeout: l.RequestTimeout,
		WriteTimeout: server.WriteTimeout, IdleTimeout: server.IdleTimeout,
		MaxHeaderBytes: server.MaxHeaderBytes, MaxBodyBytes: l.MaxBodyBytes,
	})
}

// echo reads the whole body, as a handler of a POST does.
var echo = route{method: "POST", pattern: "/echo", serve: func(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	_, err = w.Write(body)
	return err
}}

// serveLimited starts a real server with small limits.
func serveLimited(t *testing.T) (addr string, f *fixture) {
	t.Helper()
	limits := Limits{
		ReadHeaderTimeout: 200 * time.Millisecond, ReadTimeout: 300 * time.Millisecond,
		RequestTimeout: 100 * time.Millisecond, WriteTimeout: time.Second, IdleTimeout: 200 * time.Millisecond,
		MaxHeaderBytes: 1 << 10, MaxBodyBytes: 64,
	}
	slow := route{method: "GET", pattern: "/slow", serve: func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}}
	f = newFixture(t, func(o *Options) { o.Limits = limits }, echo, slow)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := limits.NewServer(f, log.New(io.Discard, "", 0))
	go func() { _ = server.Serve(listener) }() // ends with Close below
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return listener.Addr().String(), f
}

// exchange sends raw text and returns the answer's status, 0 without one, its body, and how long it took.
func exchange(t *testing.T, addr, text string) (status int, body string, took time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	start := time.Now()
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, err.Error(), time.Since(start)
	}
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode, string(data), time.Since(start)
}

func TestServerLimits(t *testing.T) {
	addr, f := serveLimited(t)
	code := func(body string) string {
		var p problem
		require.NoError(t, json.Unmarshal([]byte(body), &p), body)
		return string(p.Code)
	}

	t.Run("a body within the limit", func(t *testing.T) {
		status, body, _ := exchange(t, addr, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
		assert.Equal(t, 200, status)
		assert.Equal(t, "hello", body)
	})
	t.Run("a body announced as too large", func(t *testing.T) {
		status, body, _ := exchange(t, addr, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n")
		assert.Equal(t, 413, status)
		assert.Equal(t, "body_too_large", code(body))
	})
	t.Run("a body that turns out too large", func(t *testing.T) {
		chunk := "40\r\n" + strings.Repeat("x", 64) + "\r\n"
		status, body, _ := exchange(t, addr, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+chunk+chunk+"0\r\n\r\n")
		assert.Equal(t, 413, status)
		assert.Equal(t, "body_too_large", code(body))
	})
	t.Run("a slow body", func(t *testing.T) {
		status, body, took := exchange(t, addr, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
		assert.Equal(t, 408, status)
		assert.Equal(t, "body_too_slow", code(body))
		assert.Less(t, took, time.Second)
	})
	t.Run("a malformed body", func(t *testing.T) {
		status, body, _ := exchange(t, addr, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
		assert.Equal(t, 400, status)
		assert.Equal(t, "body_incomplete", code(body))
	})
	t.Run("slow headers", func(t *testing.T) {
		_, _, took := exchange(t, addr, "GET /health HTTP/1.1\r\nHost:")
		assert.Less(t, took, time.Second)
	})
	t.Run("large headers", func(t *testing.T) {
		status, _, _ := exchange(t, addr, "GET /health HTTP/1.1\r\nHost: x\r\nX-Big: "+strings.Repeat("x", 6<<10)+"\r\n\r\n")
		assert.Equal(t, 431, status)
	})
	t.Run("a slow handler", func(t *testing.T) {
		status, body, took := exchange(t, addr, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		assert.Equal(t, 504, status)
		assert.Equal(t, "timeout", code(body))
		assert.Less(t, took, time.Second)
	})
	t.Run("an idle connection", func(t *testing.T) {
		conn, err := net.Dial("tcp", addr)
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		_, err = io.WriteString(conn, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		start := time.Now()
		_, err = io.Copy(io.Discard, conn) // until the server closes it
		require.NoError(t, err)
		assert.Less(t, time.Since(start), time.Second)
	})
	assert.Zero(t, f.records.inFlight)
}

func TestDrainClosesConnectionsAfterTheAnswer(t *testing.T) {
	f := newFixture(t, nil)
	server := httptest.NewServer(f)
	defer server.Close()
	f.Drain()
	answer, err := http.Get(server.URL + "/health")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.True(t, answer.Close)
}
