// Command api is the TripSage API server. Package config lists its environment variables.
//
// The first SIGTERM or SIGINT stops it in order (see lifecycle.go), a second one at once. The Go
// runtime takes the number of CPUs from the container's limit and GOMEMLIMIT from the
// environment, so neither is handled here.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Set by the linker: -ldflags "-X main.version=v1.2.3 -X main.commit=<git revision>".
var version, commit string

func main() {
	if err := run(untilSignal(), os.Getenv, os.Stdout); err != nil {
		exit(err)
	}
}

// untilSignal returns a context that the first signal ends. The second signal ends the process:
// one goroutine takes both, so that none is lost however close together they come.
func untilSignal() context.Context {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		<-signals
		stop()
		exit(fmt.Errorf("stopped at once by a second signal (%s)", <-signals))
	}()
	return ctx
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, "api:", err)
	os.Exit(1)
}
