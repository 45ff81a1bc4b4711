package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// suite is set once, before the first test.
var suite struct {
	dir      string // everything of this run; short, because sockets are below it
	program  string // the operator's program
	checkout string // the checkout that it was built from
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "prepare the end-to-end tests:", err)
		return 1
	}
	code := m.Run()
	if code == 0 {
		_ = os.RemoveAll(suite.dir)
	} else {
		fmt.Fprintln(os.Stderr, "logs of the failed run are below", suite.dir)
	}
	return code
}

func prepare() error {
	var err error
	if suite.checkout, err = filepath.Abs("../.."); err != nil {
		return err
	}
	if suite.dir, err = os.MkdirTemp("", "tse-"); err != nil {
		return err
	}
	// Another user runs some of the tests.
	if err := os.Chmod(suite.dir, 0o755); err != nil {
		return err
	}
	suite.program = filepath.Join(suite.dir, "tripsage")
	build := exec.Command("go", "build", "-o", suite.program, "./cmd/tripsage")
	build.Dir = suite.checkout
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
