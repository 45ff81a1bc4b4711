// Dragonflyshim is the program "dragonfly" of the local cache image. It takes
// the flags of DragonflyDB that our component uses, runs Valkey with the same
// meaning, and serves Dragonfly's metric names. It refuses what it cannot do,
// so that a configuration that works here also works with the real server.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP)
	p := program{server: "valkey-server", signals: signals, stdout: os.Stdout, stderr: os.Stderr, reapAll: os.Getpid() == 1}
	status, err := p.run(os.Args[1:])
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "dragonfly:", err)
		status = 1
	}
	os.Exit(status)
}

// program is one run; its fields are what differs in tests.
type program struct {
	// server is the Valkey (or Redis) program.
	server         string
	signals        <-chan os.Signal
	stdout, stderr *os.File
	// reapAll makes it collect every orphan, as process 1 must.
	reapAll bool
}

// run gives the exit status of the server.
func (p program) run(args []string) (int, error) {
	o, err := parse(args, runtime.GOMAXPROCS(0), os.ReadFile)
	if err != nil {
		return 0, err
	}
	_, _ = fmt.Fprintf(p.stderr, "dragonfly: this is Valkey standing in for DragonflyDB on the local cluster (threads %d, maxmemory %d bytes)\n", o.threads, o.maxMemory)
	stopAdmin, err := serveAdmin(o, p.stderr)
	if err != nil {
		return 0, err
	}
	defer stopAdmin()
	return p.runServer(o.valkeyConfig())
}

// serveAdmin serves /metrics and /healthz until stop is called.
func serveAdmin(o options, log io.Writer) (stop func(), err error) {
	if o.adminPort == 0 {
		return func() {}, nil
	}
	address := net.JoinHostPort(o.adminBind, strconv.Itoa(o.adminPort))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--admin_port: %w", err)
	}
	server := &http.Server{Handler: newAdmin(o), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			_, _ = fmt.Fprintln(log, "dragonfly: admin port:", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
	}, nil
}
