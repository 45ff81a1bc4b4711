// Command api is the TripSage API server. Package config lists its environment variables.
// `api migrate` changes the schema of its database instead of serving: see migrate.go. `api health`
// asks a server in the same container whether it is ready: see health.go.
//
// The first SIGTERM or SIGINT stops it in order (see lifecycle.go), a second one at once. The Go
// runtime takes the number of CPUs from the container's limit and GOMEMLIMIT from the
// environment, so neither is handled here.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // the image is empty but for this program: nobody else has CA certificates

	"github.com/tripsage/infrastructure/service"
)

// buildInfo says which program this is. The image tells it in two variables rather than the linker
// in the program, so that a new commit with the same code gives the same program.
func buildInfo(getenv func(string) string) service.BuildInfo {
	recorded, _ := debug.ReadBuildInfo()
	return service.NewBuildInfo(getenv("API_VERSION"), getenv("API_COMMIT"), recorded)
}

func main() {
	if err := dispatch(untilSignal(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		exit(err)
	}
}

func dispatch(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	switch {
	case len(args) == 0:
		return run(ctx, getenv, stdout)
	case args[0] == "migrate":
		return migrate(ctx, args[1:], getenv, stdout)
	case args[0] == "health" && len(args) == 1:
		return askHealth(ctx, getenv)
	default:
		return fmt.Errorf("%q is not a command: api serves, and takes its settings from the environment; api migrate changes the database's schema; api health asks whether the server is ready", strings.Join(args, " "))
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
