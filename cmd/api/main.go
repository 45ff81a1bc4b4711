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
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// Gives the signals their default effect back, so that the second one ends the process.
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}
