package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
)

// apiServer answers for one namespace as Kubernetes does. It runs a Job by
// saying that its pod is at the next of the phases each time somebody asks.
type apiServer struct {
	secrets map[string]map[string][]byte
	jobs    []batchv1.Job
	log     string
	phases  []corev1.PodPhase

	mu      sync.Mutex
	made    []batchv1.Job
	deleted []string
	asked   int
}

const namespaceOfTests = "tripsage"

// settingsFor is a checkout with the stack file's text and the server's kubeconfig.
func (a *apiServer) settingsFor(t *testing.T, stack string) *settings {
	t.Helper()
	mux := http.NewServeMux()
	core, batch := "/api/v1/namespaces/"+namespaceOfTests, "/apis/batch/v1/namespaces/"+namespaceOfTests
	mux.HandleFunc("GET "+core+"/secrets/{name}", a.secret)
	mux.HandleFunc("GET "+core+"/pods", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, corev1.PodList{Items: a.pods(r.URL.Query().Get("labelSelector"))})
	})
	mux.HandleFunc("GET "+core+"/pods/{name}", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, a.pod()) })
	mux.HandleFunc("GET "+core+"/pods/{name}/log", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, a.log) })
	mux.HandleFunc("GET "+batch+"/jobs", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, batchv1.JobList{Items: a.jobs})
	})
	mux.HandleFunc("POST "+batch+"/jobs", a.makeJob)
	mux.HandleFunc("DELETE "+batch+"/jobs/{name}", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.deleted = append(a.deleted, r.PathValue("name"))
		answer(w, http.StatusOK, metav1.Status{Status: metav1.StatusSuccess})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	dir := newProject(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.x.yaml"), []byte(stack), 0o600))
	kubeconfig := `{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: "` + server.URL +
		`"}}], contexts: [{name: c, context: {cluster: c, user: c}}], users: [{name: c, user: {token: none}}]}`
	path := filepath.Join(dir, "kubeconfig")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfig), 0o600))
	return &settings{project: dir, stack: "x", stateDir: t.TempDir(), kubeconfig: path, nodes: "auto"}
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client reports what is cut short
}

func (a *apiServer) secret(w http.ResponseWriter, r *http.Request) {
	data, ok := a.secrets[r.PathValue("name")]
	if !ok {
		answer(w, http.StatusNotFound, metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Reason: metav1.StatusReasonNotFound, Code: 404,
		})
		return
	}
	answer(w, http.StatusOK, corev1.Secret{Data: data})
}

func (a *apiServer) makeJob(w http.ResponseWriter, r *http.Request) {
	var job batchv1.Job
	text, err := io.ReadAll(r.Body)
	if err == nil {
		_, _, err = scheme.Codecs.UniversalDeserializer().Decode(text, nil, &job)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	job.Name = job.GenerateName + "abcde"
	a.mu.Lock()
	defer a.mu.Unlock()
	a.made = append(a.made, job)
	answer(w, http.StatusCreated, job)
}

// pods are those of the Job that is running, if the selector means them.
func (a *apiServer) pods(selector string) []corev1.Pod {
	a.mu.Lock()
	running := len(a.made) > 0 && strings.Contains(selector, a.made[len(a.made)-1].Name)
	a.mu.Unlock()
	if !running {
		return nil
	}
	return []corev1.Pod{a.pod()}
}

func (a *apiServer) pod() corev1.Pod {
	a.mu.Lock()
	defer a.mu.Unlock()
	phase := a.phases[min(a.asked, len(a.phases)-1)]
	a.asked++
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "the-pod"}, Status: corev1.PodStatus{Phase: phase}}
	status := corev1.ContainerStatus{}
	switch phase {
	case corev1.PodPending:
		status.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}
	case corev1.PodRunning:
		status.State.Running = &corev1.ContainerStateRunning{}
	case corev1.PodFailed:
		status.State.Terminated = &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error"}
	default:
		status.State.Terminated = &corev1.ContainerStateTerminated{Reason: "Completed"}
	}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{status}
	return pod
}

func TestNothingWorksOnAClusterThatIsDown(t *testing.T) {
	s := (&apiServer{}).settingsFor(t, "config: {tripsage:environment: local}\n")
	s.kubeconfig, s.nodes = "", "simulated"
	_, err := s.deployed(t.Context())
	assert.EqualError(t, err, "the embedded cluster is not running: start it with `tripsage up`")
}

func TestDeployedRefusesAnotherCluster(t *testing.T) {
	s := (&apiServer{}).settingsFor(t, "config: {tripsage:environment: local, tripsage:kubernetes: {context: there}}\n")
	_, err := s.deployed(t.Context())
	assert.ErrorContains(t, err, `has only the contexts ["c"]`)
}
