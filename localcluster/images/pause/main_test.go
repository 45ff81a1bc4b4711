package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWaitReapsUntilItIsToldToStop(t *testing.T) {
	signals := make(chan os.Signal, 4)
	for _, s := range []os.Signal{syscall.SIGCHLD, syscall.SIGCHLD, syscall.SIGTERM, syscall.SIGCHLD} {
		signals <- s
	}
	calls := 0
	wait(signals, func() { calls++ })
	assert.Equal(t, 2, calls)
	assert.Len(t, signals, 1)
}

func TestReapCollectsEveryEndedChild(t *testing.T) {
	if _, err := exec.LookPath("true"); err != nil {
		t.Fatal("needs the program true: install coreutils")
	}
	var children []*exec.Cmd
	for range 3 {
		cmd := exec.Command("true")
		require.NoError(t, cmd.Start())
		children = append(children, cmd)
	}
	assert.Eventually(t, func() bool {
		reap()
		// Once collected, there is nothing left to wait for.
		_, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		return err == syscall.ECHILD
	}, 5*time.Second, 10*time.Millisecond)
	for _, cmd := range children {
		assert.ErrorIs(t, cmd.Wait(), syscall.ECHILD)
	}
}
