package supervisor

import (
	"io"
	"net"
	"sync"
	"time"
)

const dialTimeout = 5 * time.Second

// relay accepts connections on the host and passes them on to the target.
type relay struct {
	forward  Forward
	listener net.Listener
}

func startRelay(f Forward, listen func(address string) (net.Listener, error)) (*relay, error) {
	listener, err := listen(f.Listen)
	if err != nil {
		return nil, err
	}
	r := &relay{forward: f, listener: listener}
	go r.accept()
	return r, nil
}

func (r *relay) stop() { _ = r.listener.Close() }

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // the listener was closed
		}
		go r.serve(client)
	}
}

func (r *relay) serve(client net.Conn) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", r.forward.Target, dialTimeout)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { pass(server, client) })
	both.Go(func() { pass(client, server) })
	both.Wait()
}

// pass copies one direction and then closes only that direction, so that a
// peer that still has something to say can say it.
func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(*net.TCPConn); ok {
		_ = half.CloseWrite()
	}
}
