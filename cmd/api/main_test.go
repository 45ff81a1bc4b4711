package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

const asProgram = "TEST_BINARY_RUNS_MAIN"

// TestMain lets a test start this very binary as the program, so that real signals reach main.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is the program in a process of its own.
type child struct {
	*exec.Cmd
	out    *bufio.Scanner
	stderr *strings.Builder
}

func startChild(t *testing.T, env ...string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0]) // #nosec G204 -- this test itself
	cmd.Env = append([]string{asProgram + "=1"}, env...)
	c := &child{Cmd: cmd, stderr: &strings.Builder{}}
	cmd.Stderr = c.stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // harmless when it has ended
	c.out = bufio.NewScanner(stdout)
	return c
}

func (c *child) waitFor(t *testing.T, message string) {
	t.Helper()
	for c.out.Scan() {
		if strings.Contains(c.out.Text(), `"message":"`+message+`"`) {
			return
		}
	}
	t.Fatalf("the program ended without %q: %s", message, c.stderr)
}

func healthyEnv(t *testing.T, drain string) []string {
	return []string{
		"ENVIRONMENT=local", "API_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0", "SHUTDOWN_DRAIN=" + drain, "JWT_SECRET=" + jwtSecret,
		"DATABASE_URL=postgres://u:p@" + servicetest.FreeAddr(t) + "/d", "DRAGONFLY_URL=redis://" + servicetest.FreeAddr(t),
	}
}

func TestSignalsStopInOrder(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		c := startChild(t, healthyEnv(t, "10ms")...)
		c.waitFor(t, "listening")
		require.NoError(t, c.Process.Signal(signal))
		c.waitFor(t, "stopped")
		assert.NoError(t, c.Wait(), "exit code 0")
		assert.Empty(t, c.stderr.String())
	}
}

func TestSecondSignalStopsAtOnce(t *testing.T) {
	c := startChild(t, healthyEnv(t, "20s")...)
	c.waitFor(t, "listening")
	require.NoError(t, c.Process.Signal(syscall.SIGTERM))
	c.waitFor(t, "draining")
	begin := time.Now()
	require.NoError(t, c.Process.Signal(syscall.SIGTERM))
	require.Error(t, c.Wait())
	assert.Contains(t, c.stderr.String(), "api: stopped at once by a second signal (terminated)")
	assert.Less(t, time.Since(begin), 2*time.Second)
}

func TestOnlyKnownCommands(t *testing.T) {
	err := dispatch(t.Context(), []string{"serve"}, func(string) string { return "" }, io.Discard)
	assert.ErrorContains(t, err, `"serve" is not a command`)
}

func TestBadConfigurationExitsWithOne(t *testing.T) {
	c := startChild(t, "LOG_LEVEL=loud")
	err := c.Wait()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Contains(t, c.stderr.String(), "api: the environment has 5 faults:")
}
