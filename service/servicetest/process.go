package servicetest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const startTimeout = 30 * time.Second

// Server is a server program that a test can stop and start again.
type Server struct {
	Addr string // host:port
	Dir  string // its data

	command func() *exec.Cmd
	ping    func(context.Context) error
	running *exec.Cmd
	output  *bytes.Buffer
}

// Start runs the program and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.output = &bytes.Buffer{}
	cmd := s.command()
	cmd.Stdout, cmd.Stderr = s.output, s.output
	require.NoError(t, cmd.Start())
	s.running = cmd
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	for {
		err := s.ping(ctx)
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			s.Stop(t)
			t.Fatalf("%s does not work on %s after %s: %v\n%s", cmd.Path, s.Addr, startTimeout, err, s.output)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Stop ends the program at once, as a crash would. It is harmless when nothing runs.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.running == nil {
		return
	}
	process := s.running
	s.running = nil
	// SIGQUIT is PostgreSQL's immediate shutdown and takes its child processes along.
	require.NoError(t, process.Process.Signal(syscall.SIGQUIT))
	kill := time.AfterFunc(5*time.Second, func() { _ = process.Process.Kill() })
	defer kill.Stop()
	_ = process.Wait() // it ended by our signal, so it always reports failure
}

// program finds a server.
func program(t testing.TB, apt string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("this test needs %s: apt-get install -y %s", strings.Join(names, " or "), apt)
	return ""
}

// dataDir is a directory of the server's user. t.TempDir is closed to that user.
func dataDir(t testing.TB, id *syscall.Credential) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "servicetest-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	if id != nil {
		require.NoError(t, os.Chown(dir, int(id.Uid), int(id.Gid)))
	}
	return dir
}

// unprivileged returns the user to run servers as, or nil for the current one.
func unprivileged(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err, "under root the servers run as the user nobody")
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	require.NoError(t, err)
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	require.NoError(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// FreeAddr returns a loopback address on which nothing listens.
func FreeAddr(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

// DeafAddr returns an address that takes connections and never answers.
func DeafAddr(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String() // the kernel completes connections that nobody accepts
}
