// Command tripsage is the operator's program: it brings the platform up on a
// cluster, embedded or given, shows what would change, and takes it down.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// client-go prints what happens to a tunnel's connections; we report what
	// fails because of it.
	utilruntime.ErrorHandlers = nil
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		stop()
		os.Exit(exitCode(err)) //nolint:gocritic // stop was called
	}
}

// exitCode is 1, but for a deployment that got further before it failed.
func exitCode(err error) int {
	var failed *deployError
	if errors.As(err, &failed) {
		return int(failed.outcome)
	}
	return 1
}
