package manifests

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/supervisor"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// suite is set once, before the first test.
var suite struct {
	context  context.Context // ends on Ctrl-C
	dir      string          // everything of this run; short, because a socket is below it
	checkout string
	linters  toolchain.Linters
	server   *server
	stacks   []stack
}

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == localcluster.SupervisorCommand {
		os.Exit(supervise(os.Args[2])) // the cluster starts this program again, as its owner
	}
	os.Exit(run(m))
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

func run(m *testing.M) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	suite.context = ctx
	cleanUp, err := prepare(ctx)
	defer func() { cleanUp(code == 0) }()
	if err != nil {
		fmt.Fprintln(os.Stderr, "prepare the tests of the manifests:", err)
		return 1
	}
	progress("judging")
	return m.Run()
}

// prepare builds what is missing, renders the stacks and starts the control
// plane. What it returns stops that again, also when prepare fails half-way.
func prepare(ctx context.Context) (cleanUp func(passed bool), err error) {
	cleanUp = func(bool) {}
	if suite.checkout, err = filepath.Abs("../.."); err != nil {
		return cleanUp, err
	}
	cache, err := toolchain.CacheDir()
	if err != nil {
		return cleanUp, err
	}
	if suite.dir, err = os.MkdirTemp("", "tsm-"); err != nil {
		return cleanUp, err
	}
	cleanUp = func(passed bool) {
		if passed {
			_ = os.RemoveAll(suite.dir)
			return
		}
		fmt.Fprintln(os.Stderr, "the rendered objects and the logs of the failed run are below", suite.dir)
	}
	builder := &toolchain.Builder{
		Tools: filepath.Join(suite.checkout, "tools"), Cache: cache, Note: func(now string) { progress("%s", now) },
	}
	progress("rendering the stacks")
	if suite.stacks, err = renderAll(ctx); err != nil {
		return cleanUp, err
	}
	if suite.linters, err = builder.Linters(ctx); err != nil {
		return cleanUp, err
	}
	node, _, err := builder.Node(ctx)
	if err != nil {
		return cleanUp, err
	}
	progress("starting the control plane")
	cluster, err := localcluster.Open(suite.dir, localcluster.Simulated)
	if err != nil {
		return cleanUp, err
	}
	removeFiles := cleanUp
	cleanUp = func(passed bool) {
		if _, err := cluster.Stop(context.WithoutCancel(ctx)); err != nil {
			fmt.Fprintln(os.Stderr, "stop the control plane:", err)
		}
		removeFiles(passed)
	}
	suite.server, err = startServer(ctx, cluster, node)
	return cleanUp, err
}

// progress tells a waiting person what goes on.
func progress(format string, args ...any) {
	fmt.Printf("  %s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
