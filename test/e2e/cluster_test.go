package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/remotecommand"
)

// cluster is a running cluster as an administrator sees it.
type cluster struct {
	*kubernetes.Clientset
	config *rest.Config
}

func connect(t *testing.T, kubeconfig string) cluster {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)
	config.QPS, config.Burst = 100, 200
	config.Timeout = 30 * time.Second
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return cluster{client, config}
}

// exec runs a command in the first container of a pod and returns what it
// prints.
func (c cluster) exec(t *testing.T, namespace, pod string, command ...string) (string, error) {
	t.Helper()
	request := c.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&v1.PodExecOptions{Command: command, Stdout: true, Stderr: true}, scheme.ParameterCodec)
	executor, err := remotecommand.NewWebSocketExecutor(c.config, http.MethodGet, request.URL().String())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer // two: they are written at the same time
	err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &stdout, Stderr: &stderr})
	return strings.TrimSpace(stdout.String() + stderr.String()), err
}

// sql runs statements, which can be repeated, as the database's superuser. The
// password stays in the pod.
func (c cluster) sql(t *testing.T, statements string) string {
	t.Helper()
	const script = `PGPASSWORD=$(cat /var/run/secrets/postgres/superuser-password) ` +
		`psql -h /var/run/postgresql -U postgres -d tripsage -v ON_ERROR_STOP=1 -qAt -c "$0"`
	var out string
	eventually(t, time.Minute, func() (err error) { // the pod may be starting
		if out, err = c.exec(t, "tripsage", "postgres-0", "bash", "-c", script, statements); err != nil {
			err = fmt.Errorf("%s: %w: %s", statements, err, out)
		}
		return err
	})
	return out
}

// pods are those that are not ending and have not ended: the pod of a migration
// stays for its log.
func (c cluster) pods(t *testing.T, namespace string) []v1.Pod {
	t.Helper()
	return slices.DeleteFunc(c.allPods(t, namespace), func(pod v1.Pod) bool {
		return pod.DeletionTimestamp != nil || pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
	})
}

func (c cluster) allPods(t *testing.T, namespace string) []v1.Pod {
	t.Helper()
	list, err := c.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	return list.Items
}

func (c cluster) pod(t *testing.T, namespace, prefix string) v1.Pod {
	t.Helper()
	for _, pod := range c.pods(t, namespace) {
		if strings.HasPrefix(pod.Name, prefix) {
			return pod
		}
	}
	require.FailNow(t, "no pod", "%s in %s", prefix, namespace)
	return v1.Pod{}
}

// health is the API's answer to /health/detailed.
type health struct {
	Status       string
	Dependencies map[string]struct {
		Status     string
		Server     string
		Version    string `json:"server_version"`
		Extensions map[string]string
	}
}

func get(t *testing.T, url string) (string, error) {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	request.Close = true // a kept connection leads to the pod it was made to, whoever serves by now
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", url, response.Status, text)
	}
	return string(text), err
}

// requireHealthy wants the API ready, with database and cache behind it. A
// Service may send a request to a pod that is just ending for a moment.
func requireHealthy(t *testing.T, url string) health {
	t.Helper()
	var h health
	start := time.Now()
	eventually(t, 10*time.Second, func() error {
		if _, err := get(t, url+"/health/ready"); err != nil {
			return err
		}
		text, err := get(t, url+"/health/detailed")
		if err == nil {
			err = json.Unmarshal([]byte(text), &h)
		}
		if err == nil && (h.Status != "up" || h.Dependencies["database"].Status != "up" || h.Dependencies["cache"].Status != "up") {
			err = errors.New(text)
		}
		return err
	})
	if late := time.Since(start); late > time.Second {
		t.Logf("the API was ready %.1fs later than up said", late.Seconds())
	}
	return h
}
