package bench

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// cleanupTime is kept free before the deadline of `go test`, which ends the
// process without cleaning up.
const cleanupTime = 3 * time.Minute

// suite is set once, before the first benchmark; results grow as they go.
var suite struct {
	// context ends on Ctrl-C and before the deadline, so that what was
	// started is stopped.
	context  context.Context
	dir      string // everything of this run; short, because sockets are below it
	program  string // the operator's program
	checkout string // the checkout that it was built from
	results  results
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if limit, ok := flag.Lookup("test.timeout").Value.(flag.Getter).Get().(time.Duration); ok && limit > cleanupTime {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit-cleanupTime)
		defer cancel()
	}
	suite.context = ctx
	if err := prepare(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "prepare the benchmarks:", err)
		return 1
	}
	suite.results.machine()
	code := m.Run()
	suite.results.print(os.Stdout)
	if code == 0 {
		_ = os.RemoveAll(suite.dir)
	} else {
		fmt.Fprintln(os.Stderr, "files of the failed run are below", suite.dir)
	}
	return code
}

func prepare(ctx context.Context) error {
	var err error
	if suite.checkout, err = filepath.Abs("../.."); err != nil {
		return err
	}
	if suite.dir, err = os.MkdirTemp("", "tsb-"); err != nil {
		return err
	}
	suite.program = filepath.Join(suite.dir, "tripsage")
	build := exec.CommandContext(ctx, "go", "build", "-o", suite.program, "./cmd/tripsage")
	build.Dir = suite.checkout
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// progress tells a waiting person what goes on.
func progress(format string, args ...any) {
	fmt.Printf("  %s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
