package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test program also plays the server, when this variable is set.
const fakeServer = "DRAGONFLYSHIM_TEST_SERVER"

func TestMain(m *testing.M) {
	if mode := os.Getenv(fakeServer); mode != "" {
		os.Exit(playServer(mode))
	}
	os.Exit(m.Run())
}

// playServer reads its configuration as the real one does and answers INFO.
func playServer(mode string) int {
	config, err := io.ReadAll(os.Stdin)
	if err != nil || len(os.Args) != 2 || os.Args[1] != "-" {
		fmt.Println("unexpected start", os.Args, err)
		return 9
	}
	if mode == "crash" {
		return 7
	}
	var port string
	for line := range strings.Lines(string(config)) {
		if value, ok := strings.CutPrefix(line, "port "); ok {
			port = strings.TrimSpace(value)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Println(err)
		return 8
	}
	go answer(listener)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	return 0
}

func answer(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		in := bufio.NewScanner(conn)
		for in.Scan() {
			switch in.Text() {
			case "wrong":
				_, _ = io.WriteString(conn, "-WRONGPASS invalid\r\n")
			case "secret":
				_, _ = io.WriteString(conn, "+OK\r\n")
			case "everything":
				body := "# Server\r\nloading:0\r\nconnected_clients:3\r\n"
				_, _ = fmt.Fprintf(conn, "$%d\r\n%s\r\n", len(body), body)
			}
		}
		_ = conn.Close()
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}

type running struct {
	port, adminPort string
	signals         chan os.Signal
	log             string
	done            chan struct{}
	status          int
	err             error
}

// start runs the program with a server and a password.
func start(t *testing.T, server, password string) *running {
	t.Helper()
	dir := t.TempDir()
	flags := filepath.Join(dir, "flags")
	require.NoError(t, os.WriteFile(flags, []byte("--requirepass="+password+"\n"), 0o600))
	r := &running{port: freePort(t), adminPort: freePort(t), signals: make(chan os.Signal, 1), log: filepath.Join(dir, "log"), done: make(chan struct{})}
	log, err := os.Create(r.log)
	require.NoError(t, err)
	t.Cleanup(func() { _ = log.Close() })
	p := program{server: server, signals: r.signals, stdout: log, stderr: log}
	go func() {
		defer close(r.done)
		r.status, r.err = p.run([]string{"--port=" + r.port, "--admin_port=" + r.adminPort, "--proactor_threads=1",
			"--maxmemory=256mb", "--flagfile=" + flags, "--dir=" + dir, "--dbfilename="})
	}()
	return r
}

// get gives status 0 when nothing listens yet.
func (r *running) get(path string) (status int, body string) {
	res, err := http.Get("http://127.0.0.1:" + r.adminPort + path)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, ""
	}
	return res.StatusCode, string(data)
}

func (r *running) requireHealthy(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { status, _ := r.get("/healthz"); return status == http.StatusOK },
		10*time.Second, 20*time.Millisecond)
}

func (r *running) stop(t *testing.T) {
	t.Helper()
	r.signals <- syscall.SIGTERM
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		t.Fatal("does not end after SIGTERM")
	}
	require.NoError(t, r.err)
	assert.Equal(t, 0, r.status)
}

func TestRunServesMetricsAndPassesSignalsOn(t *testing.T) {
	t.Setenv(fakeServer, "run")
	r := start(t, os.Args[0], "secret")
	r.requireHealthy(t)
	status, body := r.get("/metrics")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `dragonfly_connected_clients{listener="main"} 2`)
	status, _ = r.get("/other")
	assert.Equal(t, http.StatusNotFound, status)
	r.stop(t)
	text, err := os.ReadFile(r.log)
	require.NoError(t, err)
	assert.Contains(t, string(text), "Valkey standing in for DragonflyDB")
	assert.NotContains(t, string(text), "secret")
}

func TestMetricsTellThatTheServerRefuses(t *testing.T) {
	t.Setenv(fakeServer, "run")
	r := start(t, os.Args[0], "wrong")
	require.Eventually(t, func() bool {
		status, body := r.get("/metrics")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "WRONGPASS")
	}, 10*time.Second, 20*time.Millisecond)
	r.stop(t)
}

func TestRunGivesTheServersStatus(t *testing.T) {
	t.Setenv(fakeServer, "crash")
	r := start(t, os.Args[0], "secret")
	<-r.done
	require.NoError(t, r.err)
	assert.Equal(t, 7, r.status)
}

func TestRunErrors(t *testing.T) {
	_, err := program{server: "/does/not/exist", stdout: os.Stdout, stderr: os.Stderr}.run([]string{"--maxmemory=8g", "--proactor_threads=1"})
	assert.ErrorContains(t, err, "starting /does/not/exist")

	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = busy.Close() }()
	_, port, err := net.SplitHostPort(busy.Addr().String())
	require.NoError(t, err)
	_, err = program{server: "true", stdout: os.Stdout, stderr: os.Stderr}.run([]string{"--maxmemory=8g", "--proactor_threads=1", "--admin_bind=127.0.0.1", "--admin_port=" + port})
	assert.ErrorContains(t, err, "--admin_port: listen tcp 127.0.0.1:"+port)
}

func TestReapUntilCollectsOthersToo(t *testing.T) {
	orphan, child := exec.Command("sh", "-c", "exit 0"), exec.Command("sh", "-c", "sleep 0.2; exit 3")
	require.NoError(t, orphan.Start())
	require.NoError(t, child.Start())
	status, err := reapUntil(child.Process.Pid)
	require.NoError(t, err)
	assert.Equal(t, 3, status)
	assert.ErrorIs(t, orphan.Wait(), syscall.ECHILD)
	assert.ErrorIs(t, child.Wait(), syscall.ECHILD)
}

// With a real server, if this machine has one.
func TestRunWithARealServer(t *testing.T) {
	server := ""
	for _, name := range []string{"valkey-server", "redis-server"} {
		if path, err := exec.LookPath(name); err == nil {
			server = path
			break
		}
	}
	if server == "" {
		t.Fatal("the stand-in is tested with a real server: apt-get install redis-server")
	}
	const password = `p"a\s word`
	r := start(t, server, password)
	r.requireHealthy(t)
	conn, err := net.Dial("tcp", "127.0.0.1:"+r.port)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	_, err = call(conn, in, "PING")
	assert.ErrorContains(t, err, "NOAUTH")
	for _, c := range [][]string{{"AUTH", password}, {"PING"}, {"SET", "k", "v"}, {"GET", "k"}} {
		_, err = call(conn, in, c...)
		require.NoError(t, err, c)
	}
	status, body := r.get("/metrics")
	assert.Equal(t, http.StatusOK, status)
	for _, line := range []string{
		"dragonfly_memory_max_bytes 268435456", `dragonfly_db_keys{db="db0"} 1`, "dragonfly_keyspace_hits_total 1",
		`dragonfly_connected_clients{listener="main"} 1`, `dragonfly_commands_processed_total{listener="main"} 4`,
	} {
		assert.Contains(t, body, line+"\n")
	}
	r.stop(t)
}
