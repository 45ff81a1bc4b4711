package supervisor_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/supervisor"
)

// The supervisor collects every child of its process, so it gets a process of
// its own here too: the test binary, started again with this variable.
const asSupervisor = "TRIPSAGE_TEST_SUPERVISOR_SOCKET"

func TestMain(m *testing.M) {
	if socket := os.Getenv(asSupervisor); socket != "" {
		if err := supervisor.Run(context.Background(), supervisor.Settings{Socket: socket}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func start(t *testing.T) (*supervisor.Client, string) {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asSupervisor+"="+socket)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	client := supervisor.NewClient(socket)
	t.Cleanup(func() {
		assert.NoError(t, client.Stop(context.Background()))
		assert.NoError(t, cmd.Wait())
		assert.NoFileExists(t, socket)
	})
	require.Eventually(t, func() bool { _, err := client.Status(t.Context()); return err == nil }, 5*time.Second, 5*time.Millisecond)
	return client, dir
}

func shell(dir, name, script string) supervisor.Process {
	return supervisor.Process{Name: name, Args: []string{"/bin/sh", "-c", script}, Log: filepath.Join(dir, "logs", name)}
}

func statusOf(t *testing.T, client *supervisor.Client, name string) supervisor.ProcessStatus {
	t.Helper()
	status, err := client.Status(t.Context())
	require.NoError(t, err)
	for _, p := range status.Processes {
		if p.Name == name {
			return p
		}
	}
	return supervisor.ProcessStatus{}
}

func waitUp(t *testing.T, client *supervisor.Client, name string, not int) supervisor.ProcessStatus {
	t.Helper()
	var p supervisor.ProcessStatus
	require.Eventually(t, func() bool {
		p = statusOf(t, client, name)
		return p.PID != 0 && p.PID != not
	}, 10*time.Second, 10*time.Millisecond)
	return p
}

func TestAProcessThatIsKilledIsStartedAgain(t *testing.T) {
	client, dir := start(t)
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{shell(dir, "a", "exec sleep 60")}}))
	first := waitUp(t, client, "a", 0)
	require.NoError(t, syscall.Kill(first.PID, syscall.SIGKILL))
	second := waitUp(t, client, "a", first.PID)
	assert.Equal(t, 1, second.Restarts)
	assert.Equal(t, "signal killed", second.LastExit)
}

func TestApplyTouchesOnlyWhatChanged(t *testing.T) {
	client, dir := start(t)
	same, changed, gone := shell(dir, "same", "exec sleep 60"), shell(dir, "changed", "exec sleep 60"), shell(dir, "gone", "exec sleep 60")
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{same, changed, gone}}))
	a, b := waitUp(t, client, "same", 0), waitUp(t, client, "changed", 0)
	waitUp(t, client, "gone", 0)

	changed.Inputs = "another configuration file"
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{same, changed}}))
	waitUp(t, client, "changed", b.PID)
	assert.Equal(t, a.PID, statusOf(t, client, "same").PID)
	assert.Zero(t, statusOf(t, client, "gone"))
}

func TestOutputGoesToTheLogOnly(t *testing.T) {
	client, dir := start(t)
	p := shell(dir, "a", "echo $GREETING; echo oops >&2; exec sleep 60")
	p.Env = []string{"GREETING=hello"}
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{p}}))
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(p.Log)
		return string(text) == "hello\noops\n"
	}, 5*time.Second, 10*time.Millisecond)
	info, err := os.Stat(p.Log)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestAProgramThatIsMissingIsReportedNotFatal(t *testing.T) {
	client, dir := start(t)
	p := supervisor.Process{Name: "a", Args: []string{"/no/such/program"}, Log: filepath.Join(dir, "a")}
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{p}}))
	require.Eventually(t, func() bool {
		return strings.Contains(statusOf(t, client, "a").LastExit, "no such file")
	}, 5*time.Second, 10*time.Millisecond)
}

func TestAnIncompleteProcessIsRefused(t *testing.T) {
	client, _ := start(t)
	err := client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{{Name: "a"}}})
	assert.ErrorContains(t, err, `process "a": name, args and log are required`)
}

func TestForwardPassesBothWaysAndCanMove(t *testing.T) {
	client, _ := start(t)
	listen := freeAddress(t)
	for _, answer := range []string{"one", "two"} {
		spec := supervisor.Spec{Forwards: []supervisor.Forward{{Name: "api", Listen: listen, Target: echoServer(t, answer)}}}
		require.NoError(t, client.Apply(t.Context(), spec))
		conn, err := net.Dial("tcp", listen)
		require.NoError(t, err)
		_, err = conn.Write([]byte("hello "))
		require.NoError(t, err)
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		text, err := io.ReadAll(conn)
		require.NoError(t, err)
		assert.Equal(t, "hello "+answer, string(text))
	}
	require.NoError(t, client.Apply(t.Context(), supervisor.Spec{}))
	_, err := net.Dial("tcp", listen)
	assert.Error(t, err, "a forward that is no longer wanted stops listening")
}

func TestAForwardToABusyPortNamesIt(t *testing.T) {
	client, _ := start(t)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	err = client.Apply(t.Context(), supervisor.Spec{Forwards: []supervisor.Forward{{Name: "api", Listen: busy.Addr().String(), Target: "127.0.0.1:1"}}})
	assert.ErrorContains(t, err, "forward api: listen tcp "+busy.Addr().String())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// echoServer repeats what it gets, to its end, and adds its answer.
func echoServer(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.Copy(conn, conn)
			_, _ = conn.Write([]byte(answer))
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

func TestNothingOutlivesASupervisorThatIsKilled(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asSupervisor+"="+filepath.Join(dir, "s"))
	require.NoError(t, cmd.Start())
	client := supervisor.NewClient(filepath.Join(dir, "s"))
	require.Eventually(t, func() bool {
		return client.Apply(t.Context(), supervisor.Spec{Processes: []supervisor.Process{shell(dir, "a", "exec sleep 60")}}) == nil
	}, 5*time.Second, 5*time.Millisecond)
	child := waitUp(t, client, "a", 0)
	require.NoError(t, cmd.Process.Kill())
	assert.Error(t, cmd.Wait())
	assert.Eventually(t, func() bool { return syscall.Kill(child.PID, 0) != nil }, 5*time.Second, 10*time.Millisecond)
}
