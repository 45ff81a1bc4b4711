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

// listenInNode starts it. The socket is opened on a thread that visits the
// node's network, and stays there; the thread is thrown away.
func listenInNode(t *testing.T, m *machine) *hook {
	t.Helper()
	network, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", find(t, m.state, "kubelet").pid))
	require.NoError(t, err)
	defer network.Close()
	var listener net.Listener
	var visit sync.WaitGroup
	visit.Go(func() {
		runtime.LockOSThread() // never unlocked
		if err = unix.Setns(int(network.Fd()), unix.CLONE_NEWNET); err == nil {
			listener, err = net.Listen("tcp", strings.TrimPrefix(hookURL, "http://"))
		}
	})
	visit.Wait()
	require.NoError(t, err)
	h := &hook{}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return h
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
