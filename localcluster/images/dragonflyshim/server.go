package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// runServer runs the server with its configuration on standard input, where no
// other process can read the password, and passes signals on to it.
func (p program) runServer(config []byte) (int, error) {
	stdin, err := filledPipe(config)
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(p.server, "-") //nolint:gosec // the program is fixed by main
	// Only files, no pipes of os/exec: it then has no goroutine to wait for.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, p.stdout, p.stderr
	err = cmd.Start()
	if closeErr := stdin.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, fmt.Errorf("starting %s: %w", p.server, err)
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case s := <-p.signals:
				_ = cmd.Process.Signal(s)
			case <-done:
				return
			}
		}
	}()
	if p.reapAll {
		return reapUntil(cmd.Process.Pid)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return 0, fmt.Errorf("waiting for %s: %w", p.server, err)
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return cmd.ProcessState.ExitCode(), nil
	}
	return exitStatus(status), nil
}

// maxConfig fits any pipe, so that filling it before the reader exists cannot
// block.
const maxConfig = 16 << 10

func filledPipe(data []byte) (*os.File, error) {
	if len(data) > maxConfig {
		return nil, fmt.Errorf("the server's configuration has %d bytes, at most %d are possible; use a shorter --requirepass", len(data), maxConfig)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe for the configuration: %w", err)
	}
	_, err = w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the configuration: %w", err), r.Close())
	}
	return r, nil
}

// reapUntil collects ended processes until it meets pid.
func reapUntil(pid int) (int, error) {
	for {
		var status syscall.WaitStatus
		ended, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, fmt.Errorf("waiting for the server: %w", err)
		case ended == pid && (status.Exited() || status.Signaled()):
			return exitStatus(status), nil
		}
	}
}

// exitStatus follows the shell: 128 plus the signal that ended the process.
func exitStatus(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
