package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// hookURL is an address of the node: pods reach it, and nothing else that is not
// a pod, because the cluster has no way out.
const hookURL = "http://10.87.0.1:8099"

// told is an alert of which somebody was told.
type told struct {
	at time.Time
	// route is the severity whose receiver it came to.
	route               string
	Status              string
	Labels, Annotations map[string]string
}

func (a told) String() string {
	return fmt.Sprintf("%s %s %v", a.at.Format(time.TimeOnly), a.Status, a.Labels)
}

// hook is who Alertmanager tells: a web server on the cluster's network.
type hook struct {
	mu  sync.Mutex
	all []told
}

// listenInNode starts it, on a socket of the node's network.
func listenInNode(t *testing.T, m *machine) *hook {
	t.Helper()
	var listener net.Listener
	inNetwork(t, find(t, m.state, "kubelet").pid, func() (err error) {
		listener, err = net.Listen("tcp", strings.TrimPrefix(hookURL, "http://"))
		return err
	})
	h := &hook{}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return h
}

// inNetwork lets this thread visit the network of a process, and go home again:
// it may be the one whose network /proc/self shows.
func inNetwork(t *testing.T, pid int, visit func() error) {
	t.Helper()
	away, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	require.NoError(t, err)
	defer away.Close()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	require.NoError(t, err)
	defer home.Close()
	require.NoError(t, unix.Setns(int(away.Fd()), unix.CLONE_NEWNET))
	visited := visit()
	if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
		panic(err) // no test can go on elsewhere
	}
	require.NoError(t, visited)
}

// ServeHTTP takes Alertmanager's JSON.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct{ Alerts []told }
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range message.Alerts {
		one.at, one.route = time.Now(), strings.TrimPrefix(r.URL.Path, "/")
		h.all = append(h.all, one)
	}
}

// since is what it was told after that moment.
func (h *hook) since(start time.Time) []told {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(h.all), func(a told) bool { return a.at.Before(start) })
}

// hears waits for an alert with those labels and that status.
func (h *hook) hears(t *testing.T, start time.Time, within time.Duration, status string, labels map[string]string) told {
	t.Helper()
	var found told
	eventually(t, within, func() error {
		for _, found = range h.since(start) {
			if found.Status == status && found.has(labels) {
				return nil
			}
		}
		return fmt.Errorf("%s %v was not told; but %v", status, labels, h.since(start))
	})
	return found
}

func (a told) has(labels map[string]string) bool {
	for name, value := range labels {
		if a.Labels[name] != value {
			return false
		}
	}
	return true
}
