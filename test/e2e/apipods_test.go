package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/portforward"
)

// apiPods waits until the API has that many pods, all ready, and none that is ending.
func (c cluster) apiPods(t *testing.T, want int) []v1.Pod {
	t.Helper()
	var pods []v1.Pod
	eventually(t, 2*time.Minute, func() error {
		pods = nil
		for _, pod := range c.allPods(t, "tripsage") {
			if pod.Labels["app.kubernetes.io/name"] != "tripsage-api" {
				continue
			}
			if pod.DeletionTimestamp != nil || !isReady(pod) {
				return fmt.Errorf("%s is %s, ready: %v, ending since %v", pod.Name, pod.Status.Phase, isReady(pod), pod.DeletionTimestamp)
			}
			pods = append(pods, pod)
		}
		if len(pods) != want {
			return fmt.Errorf("%d pods", len(pods))
		}
		return nil
	})
	return pods
}

func isReady(pod v1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == v1.PodReady {
			return condition.Status == v1.ConditionTrue
		}
	}
	return false
}

// forward makes a port of one pod reachable on this machine, as `kubectl port-forward` does, and
// returns its URL.
func (c cluster) forward(t *testing.T, pod v1.Pod, port int) string {
	t.Helper()
	request := c.CoreV1().RESTClient().Post().Resource("pods").Namespace(pod.Namespace).Name(pod.Name).SubResource("portforward")
	dialer, err := portforward.NewSPDYOverWebsocketDialer(request.URL(), c.config)
	require.NoError(t, err)
	stop, ready, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	tunnel, err := portforward.New(dialer, []string{"0:" + strconv.Itoa(port)}, stop, ready, io.Discard, io.Discard)
	require.NoError(t, err)
	go func() { ended <- tunnel.ForwardPorts() }()
	t.Cleanup(func() {
		close(stop)
		<-ended
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		require.NoError(t, err)
	}
	ports, err := tunnel.GetPorts()
	require.NoError(t, err)
	return "http://127.0.0.1:" + strconv.Itoa(int(ports[0].Local))
}

// gauge reads one figure of a pod's metrics.
func gauge(t *testing.T, metrics, name string) float64 {
	t.Helper()
	text, err := get(t, metrics+"/metrics")
	require.NoError(t, err)
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(t, err)
			return number
		}
	}
	require.FailNow(t, "no such figure", name)
	return 0
}

// processOf finds the program in a pod's one container among the machine's processes.
func (m *machine) processOf(t *testing.T, pod v1.Pod) process {
	t.Helper()
	for _, p := range family(t, m.state) {
		groups, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.pid), "cgroup")) // it may have ended
		if p.args[0] == "/api" && strings.Contains(string(groups), string(pod.UID)) {
			return p
		}
	}
	require.FailNow(t, "no process of "+pod.Name)
	return process{}
}

// schemaOf asks one pod for its readiness, and for what it says of the database.
func schemaOf(t *testing.T, url string) (status int, database string) {
	t.Helper()
	response, err := http.Get(url + "/health/ready")
	require.NoError(t, err)
	defer response.Body.Close()
	details, err := http.Get(url + "/health/detailed")
	require.NoError(t, err)
	defer details.Body.Close()
	text, err := io.ReadAll(details.Body)
	require.NoError(t, err)
	h := decode[struct {
		Dependencies map[string]struct{ Error string }
	}](t, string(text))
	return response.StatusCode, h.Dependencies["database"].Error
}
