package apitest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

const (
	jwtSecret = "a-secret-of-these-tests-and-no-other" // #nosec G101 -- it protects nothing
	// patience is for what must happen at all; nothing is measured with it.
	patience = 20 * time.Second
)

// sealingKey is the encryption key of all processes.
var sealingKey = base64.StdEncoding.EncodeToString([]byte("32 bytes that seal what users st"))

// site is what processes that belong together share: a database with the current schema, of this
// test's own, and the cache of all tests. Users, and what is kept of them, are different everywhere.
type site struct {
	ownerURL, databaseURL string
	env                   map[string]string
}

// newSite makes a site. env, "NAME=value" each, is for all of its processes.
func newSite(t testing.TB, env ...string) *site {
	t.Helper()
	s := &site{}
	s.ownerURL, s.databaseURL = servicetest.MigratedDatabase(t, suite.pg)
	s.env = map[string]string{
		"ENVIRONMENT": "local", "LOG_LEVEL": "debug", "API_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0",
		"DATABASE_URL": s.databaseURL, "DRAGONFLY_URL": suite.cache.URL(), "API_RATE_LIMIT": "1000000",
		"SUPABASE_POOL_SIZE": "5", "SUPABASE_MAX_OVERFLOW": "5", "SHUTDOWN_DRAIN": "0s", "SHUTDOWN_TIMEOUT": "5s",
		"JWT_SECRET": jwtSecret, "ENCRYPTION_KEYS": sealingKey, "API_ALLOWED_ORIGINS": "https://app.example.com",
	}
	assign(s.env, env)
	return s
}

func assign(env map[string]string, changes []string) {
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		env[name] = value
	}
}

// api is a running process of the program.
type api struct {
	url, metricsURL string // without a path; the same port over the life of the process
	addr            string // of url: host:port
	site            *site
	transport       http.Transport // of all clients

	out    output
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process is gone
	result error         // of the process, after ended
}

// start runs a process on a site of its own. env is as for newSite.
func start(t testing.TB, env ...string) *api {
	t.Helper()
	return newSite(t, env...).start(t)
}

// start runs one process more, which is ended and inspected with the test. It returns when the
// process is ready and hears of changes; see launch for one that need not.
func (s *site) start(t testing.TB, env ...string) *api {
	t.Helper()
	a := s.launch(t, env...)
	require.Eventually(t, func() bool {
		answer, err := http.Get(a.url + "/health/ready")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK && len(a.lines(t, "listening for changes")) > 0
	}, patience, 2*time.Millisecond, "the process does not get ready:\n%s", &a.out)
	return a
}

// launch runs a process and returns when it listens.
func (s *site) launch(t testing.TB, env ...string) *api {
	t.Helper()
	all := maps.Clone(s.env)
	assign(all, env)
	a := &api{site: s, ended: make(chan struct{}), transport: http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}}
	a.cmd = exec.Command(suite.program) // #nosec G204 -- our own program
	a.cmd.Env = []string{"HOME=" + t.TempDir()}
	for name, value := range all {
		a.cmd.Env = append(a.cmd.Env, name+"="+value)
	}
	a.cmd.Stdout, a.cmd.Stderr = &a.out, &a.out
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, a.cmd.Start())
	go func() {
		a.result = a.cmd.Wait()
		close(a.ended)
	}()
	t.Cleanup(func() {
		if a.running() && a.metricsURL != "" {
			assert.Empty(t, leaks(a.scrape(t)), "leaked in the metrics")
			// A server waits for connections that have not been used yet, and transports open some.
			a.transport.CloseIdleConnections()
		}
		if a.running() {
			a.stop(t)
		}
		a.inspect(t)
	})
	require.Eventually(t, func() bool { return !a.running() || len(a.lines(t, "listening")) == 1 }, patience, time.Millisecond)
	require.True(t, a.running(), "the process ended:\n%s", &a.out)
	line := a.lines(t, "listening")[0]
	a.addr = line["address"].(string)
	a.url, a.metricsURL = "http://"+a.addr, "http://"+line["metrics_address"].(string)
	return a
}

func (a *api) running() bool {
	select {
	case <-a.ended:
		return false
	default:
		return true
	}
}

// terminate asks the process to stop, as Kubernetes does, and does not wait.
func (a *api) terminate(t testing.TB) {
	t.Helper()
	require.NoError(t, a.cmd.Process.Signal(syscall.SIGTERM))
}

// wait waits for the end of the process and returns how it ended.
func (a *api) wait(t testing.TB) error {
	t.Helper()
	select {
	case <-a.ended:
		return a.result
	case <-time.After(patience):
		_ = a.cmd.Process.Signal(syscall.SIGQUIT) // it shows its goroutines
		<-a.ended
		require.Fail(t, "the process does not end", "%s", &a.out)
		return nil
	}
}

// stop ends the process in order.
func (a *api) stop(t testing.TB) {
	t.Helper()
	a.terminate(t)
	require.NoError(t, a.wait(t), "%s", &a.out)
	assert.Len(t, a.lines(t, "stopped"), 1)
}

// kill ends the process at once.
func (a *api) kill(t testing.TB) {
	t.Helper()
	require.NoError(t, a.cmd.Process.Signal(os.Kill))
	_ = a.wait(t) // a signal ended it
}

// logs is all that the process has written and that has arrived here, which is all of it after its end.
func (a *api) logs() string { return a.out.String() }

// lines are those of the log with a message. Every line must be JSON, except the last one of a
// process that failed.
func (a *api) lines(t testing.TB, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(a.logs()) {
		if !strings.HasSuffix(text, "\n") {
			break // it is being written
		}
		var line map[string]any
		if strings.HasPrefix(text, "api: ") && !a.running() {
			continue
		}
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		if line["message"] == message {
			found = append(found, line)
		}
	}
	return found
}

// scrape is what Prometheus would get.
func (a *api) scrape(t testing.TB) string {
	t.Helper()
	answer, err := http.Get(a.metricsURL + "/metrics")
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	return string(text)
}

// output is what a process writes. A test may read it meanwhile.
type output struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.Write(p)
}

func (o *output) String() string { o.mu.Lock(); defer o.mu.Unlock(); return o.data.String() }
