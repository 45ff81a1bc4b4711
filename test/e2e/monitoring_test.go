package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// speed makes five minutes ten seconds: five scrapes, of two seconds each.
const speed = 30

// watched is a cluster whose monitoring is tried.
type watched struct {
	*machine
	user, friend traveller
	prometheus   prometheus
	alertmanager string
	hook         *hook
}

// TestMonitoring breaks one thing after another on a real cluster: the right
// people are told, in time, and told again when it is well. In the end Prometheus
// has every series that somebody asks for.
func TestMonitoring(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("a real node needs root: run the tests as root, or only the others with -run TestSimulatedNodes")
	}
	m := &machine{
		operator: operator{project: copyProject(t, "watched"), state: filepath.Join(suite.dir, "watched")},
		seen:     map[string]bool{},
	}
	hooks := m.secure(t, hookURL+"/critical", hookURL+"/warning")
	edit(t, m.project, "    retentionDays: 2\n", fmt.Sprintf(
		"    retentionDays: 2\n    intervalSeconds: 2\n    speed: %d\n    critical: {webhookURL: %s}\n    warning: {webhookURL: %s}\n",
		speed, hooks[0], hooks[1]))
	edit(t, m.project, "    logLevel: debug\n", "    logLevel: debug\n    rateLimitPerMinute: 1000000\n")
	t.Cleanup(func() { m.must(t, "down", "--purge") })
	m.start(t)

	w := &watched{machine: m, user: m.traveller(t, "watched"), friend: m.traveller(t, "friend"), hook: listenInNode(t, m)}
	w.prometheus = prometheus(m.open(t, "prometheus"))
	w.alertmanager = m.open(t, "alertmanager")
	hum(t, w.user)
	for _, part := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"Quiet", w.quiet}, {"Drills", w.drills}, {"Contract", w.contract},
	} {
		t.Run(part.name, part.run)
	}
}

// retold is longer than Alertmanager waits before it tells again what it could not
// tell: nobody listened when the cluster started.
const retold = 15 * time.Second

// quiet waits until the alerts of the start have ended, when things were missing
// and caches empty, and wants nobody to be told of anything while all is well.
func (w *watched) quiet(t *testing.T) {
	w.exercise(t)
	for range 200 { // as many hits as it takes for a few misses not to matter
		w.user.must(t, http.StatusOK, http.MethodGet, "/search/destinations?q=lisbon", "")
	}
	// Prometheus that has not read the API yet has an alert of the start to come.
	const calm = `(sum(up{job="tripsage-api"}) > 0) unless on() ALERTS`
	listening := time.Now()
	eventually(t, 90*time.Second, func() error {
		late := w.hook.since(time.Now().Add(-retold))
		if len(late) > 0 || time.Since(listening) < retold {
			return fmt.Errorf("the start may still be told of: %v", late)
		}
		if len(w.prometheus.query(t, calm)) == 0 {
			return errors.New("the API is not read yet, or an alert is on its way")
		}
		if alerts := w.alerts(t); alerts != "[]" {
			return fmt.Errorf("alerts: %s", alerts)
		}
		return nil
	})
	start := time.Now()
	time.Sleep(20 * time.Second) // no alert waits longer
	assert.Equal(t, "[]", w.alerts(t))
	assert.Empty(t, w.hook.since(start))
}

// alerts are those at Alertmanager, told or not.
func (w *watched) alerts(t *testing.T) string {
	t.Helper()
	text, err := get(t, w.alertmanager+"/api/v2/alerts")
	require.NoError(t, err)
	return strings.TrimSpace(text)
}

// open runs `tripsage open` until the test ends, as a person would.
func (m *machine) open(t *testing.T, program string) (url string) {
	t.Helper()
	cmd := m.command(context.Background(), "open", program)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { endOpen(t, cmd) })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+\n$`, line)
	return strings.TrimSpace(line)
}

func endOpen(t *testing.T, cmd *exec.Cmd) {
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	assert.NoError(t, cmd.Wait(), "Ctrl-C is how it should end")
}
