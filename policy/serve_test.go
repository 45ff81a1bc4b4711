package main

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
)

// An engine that is killed does not end its plugins, so they have to see it.
func TestThePackEndsWithItsEngine(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	engine := grpc.NewServer()
	go func() { _ = engine.Serve(listener) }()
	ended := make(chan error, 1)
	go func() { ended <- serve(listener.Addr().String(), 20*time.Millisecond) }()
	select {
	case err := <-ended:
		t.Fatalf("the engine is there, and the pack has ended: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	engine.Stop()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the pack goes on without its engine")
	}
}
