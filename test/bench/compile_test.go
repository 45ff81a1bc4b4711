package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// compiled is one build from nothing.
type compiled struct{ wall, cpu time.Duration }

func measureCompile(b *testing.B) {
	baseline := compile(b, "baseline", "./test/bench/testdata/baseline")
	ours := compile(b, "main.go", ".")
	row := func(name string, c compiled) []string {
		return []string{
			name, seconds(c.wall), fmt.Sprintf("%.2f", ratio(c.wall, baseline.wall)),
			seconds(c.cpu), fmt.Sprintf("%.2f", ratio(c.cpu, baseline.cpu)),
		}
	}
	suite.results.add("go build with an empty build cache", [][]string{
		{"", "wall", "ratio", "processor", "ratio"},
		row("baseline: SDK, core/v1, apps/v1, meta/v1", baseline),
		row("main.go", ours),
	})
	report(b, map[string]float64{
		"main-s": ours.wall.Seconds(), "baseline-s": baseline.wall.Seconds(),
		"main/baseline": ratio(ours.wall, baseline.wall),
	})
}

// compile builds a package of this module with a build cache of its own.
func compile(b *testing.B, name, pkg string) compiled {
	b.Helper()
	folder := filepath.Join(suite.dir, "compile")
	require.NoError(b, os.RemoveAll(folder))
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	cmd := exec.CommandContext(suite.context, "go", "build", "-o", filepath.Join(folder, "program"), pkg)
	cmd.Dir = suite.checkout
	cmd.Env = append(os.Environ(), "GOCACHE="+filepath.Join(folder, "cache"))
	// The compilers that go has started end by themselves after it is told.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute

	progress("compile: %s from nothing; this takes minutes", name)
	start := time.Now()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(30 * time.Second):
				progress("compile: %s, %s so far", name, time.Since(start).Round(time.Second))
			}
		}
	}()
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, "%s", out)
	c := compiled{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	progress("compile: %s in %s", name, seconds(c.wall))
	return c
}
