package policytest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == localcluster.SupervisorCommand {
		os.Exit(supervise(os.Args[2])) // the control plane starts this program again, as its owner
	}
	os.Exit(m.Run())
}

func supervise(encoded string) int {
	var settings supervisor.Settings
	err := json.Unmarshal([]byte(encoded), &settings)
	if err == nil {
		err = supervisor.Run(context.Background(), settings)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// interruptible ends on Ctrl-C, so that what a test started is stopped.
func interruptible(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(stop)
	return ctx
}

// progress tells a waiting person what goes on.
func progress(format string, args ...any) {
	fmt.Printf("  %s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
