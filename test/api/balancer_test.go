package apitest

import (
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// probePause is the period of the readiness probe, and lag the time from its answer until new
	// connections follow it: the endpoints have to get to every node.
	probePause = 50 * time.Millisecond
	lag        = 300 * time.Millisecond
)

// balancer stands in for a Service of Kubernetes: each new connection goes to one of the processes
// that were ready a while ago. It tries no other one when that fails, and leaves open connections
// alone.
type balancer struct {
	addr string

	mu    sync.Mutex
	ready []*api
	next  int
}

func newBalancer(t testing.TB, pods ...*api) *balancer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	b := &balancer{addr: listener.Addr().String()}
	for _, pod := range pods {
		b.follow(pod)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go b.serve(conn)
		}
	}()
	require.Eventually(t, func() bool { return b.has(pods...) }, patience, probePause)
	return b
}

// follow sends connections to the process while it is ready, and forgets it when it has ended.
func (b *balancer) follow(pod *api) {
	go func() {
		prober := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		was := false
		for running := true; running; time.Sleep(probePause) {
			running = pod.running()
			is := false
			if answer, err := prober.Get(pod.url + "/health/ready"); err == nil {
				is = answer.StatusCode == http.StatusOK
				_ = answer.Body.Close()
			}
			if is != was {
				was = is
				time.AfterFunc(lag, func() { b.set(pod, is) })
			}
		}
	}()
}

func (b *balancer) set(pod *api, ready bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = slices.DeleteFunc(b.ready, func(other *api) bool { return other == pod })
	if ready {
		b.ready = append(b.ready, pod)
	}
}

// has says whether connections go to exactly these processes.
func (b *balancer) has(pods ...*api) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, pod := range pods {
		if !slices.Contains(b.ready, pod) {
			return false
		}
	}
	return len(b.ready) == len(pods)
}

func (b *balancer) pick() *api {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.ready) == 0 {
		return nil
	}
	b.next++
	return b.ready[b.next%len(b.ready)]
}

func (b *balancer) serve(client net.Conn) {
	defer client.Close()
	pod := b.pick()
	if pod == nil {
		return
	}
	server, err := net.Dial("tcp", pod.addr)
	if err != nil {
		return
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() {
			_, _ = io.Copy(way[1], way[0])
			ended <- struct{}{}
		}()
	}
	<-ended
}
