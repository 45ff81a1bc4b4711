package apitest

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy is the way to a server. It can be made slow, and it can be made to hang: then connections are
// taken, and nothing passes in either direction.
type proxy struct {
	addr   string // its own
	target string

	mu    sync.Mutex
	delay time.Duration // of each piece, in each direction
	gate  chan struct{} // closed while things pass
	shut  bool          // the test is over
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{addr: listener.Addr().String(), target: target, gate: make(chan struct{})}
	close(p.gate)
	t.Cleanup(func() {
		_ = listener.Close()
		p.heal()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.shut = true
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

// slow makes everything take longer.
func (p *proxy) slow(delay time.Duration) { p.mu.Lock(); defer p.mu.Unlock(); p.delay = delay }

// hang lets nothing pass until heal.
func (p *proxy) hang() { p.mu.Lock(); defer p.mu.Unlock(); p.gate = make(chan struct{}) }

// heal makes the way good again. What waited passes.
func (p *proxy) heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = 0
	select {
	case <-p.gate:
	default:
		close(p.gate)
	}
}

// pass waits as the way demands, and says whether it still is one.
func (p *proxy) pass() bool {
	p.mu.Lock()
	delay, gate := p.delay, p.gate
	p.mu.Unlock()
	<-gate
	time.Sleep(delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.shut
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	if !p.pass() {
		return
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() {
			p.carry(way[0], way[1])
			ended <- struct{}{}
		}()
	}
	<-ended // the end of either direction is the end of both, as for a server that dies
}

func (p *proxy) carry(from, to io.ReadWriter) {
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if err != nil || !p.pass() {
			return
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}
