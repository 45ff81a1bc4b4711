package e2e

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Traffic passes on the declared edges, and on no others. Each target is also
// reached from somewhere, so that a refusal means something.
func testNetworkPolicy(t *testing.T, m *machine) {
	c := m.cluster
	postgres, cache, api := c.pod(t, "tripsage", "postgres-"), c.pod(t, "tripsage", "dragonfly-"), c.pod(t, "tripsage", "tripsage-api-")
	dns := c.pod(t, "kube-system", "coredns-")
	database, keys := address(postgres, 5432), address(cache, 6379)
	server := net.JoinHostPort(c.serviceIP(t, "default", "kubernetes"), "443")
	image := postgres.Spec.Containers[0].Image

	other := &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "e2e-other"}}
	_, err := c.CoreV1().Namespaces().Create(t.Context(), other, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, c.CoreV1().Namespaces().Delete(context.Background(), other.Name, metav1.DeleteOptions{}))
	})
	impostor := probe("e2e-like-the-api", "tripsage", image)
	impostor.Labels = map[string]string{}
	for key, value := range api.Labels {
		if key != "pod-template-hash" { // or the Deployment would take the pod for its own
			impostor.Labels[key] = value
		}
	}
	migration := probe("e2e-like-the-migration", "tripsage", image)
	migration.Labels = map[string]string{}
	for key, value := range c.migrations(t)[0].Spec.Template.Labels {
		if !strings.Contains(key, "job-name") && !strings.Contains(key, "controller-uid") { // the Job's own
			migration.Labels[key] = value
		}
	}
	for _, pod := range []*v1.Pod{probe("e2e-stranger", "tripsage", image), impostor, migration, probe("e2e-outsider", other.Name, image)} {
		c.run(t, pod)
	}

	stranger, like, outsider := [2]string{"tripsage", "e2e-stranger"}, [2]string{"tripsage", impostor.Name}, [2]string{other.Name, "e2e-outsider"}
	migrates := [2]string{"tripsage", migration.Name}
	for _, edge := range []struct {
		from   [2]string
		what   string
		to     string
		passes bool
	}{
		{like, "database", database, true},
		{like, "database's Service", net.JoinHostPort(c.serviceIP(t, "tripsage", "postgres"), "5432"), true},
		{like, "cache", keys, true},
		{like, "DNS", address(dns, 53), true},
		{like, "cache's metrics", address(cache, 9999), false},
		{like, "API server", server, false},
		{like, "another API pod", address(api, 8000), false},
		{migrates, "database's Service", net.JoinHostPort(c.serviceIP(t, "tripsage", "postgres"), "5432"), true},
		{migrates, "DNS", address(dns, 53), true},
		{migrates, "cache", keys, false},
		{migrates, "API", address(api, 8000), false},
		{migrates, "API server", server, false},
		{stranger, "DNS", address(dns, 53), true},
		{stranger, "database", database, false},
		{stranger, "cache", keys, false},
		{stranger, "API server", server, false},
		{stranger, "API", address(api, 8000), false},
		{outsider, "DNS", address(dns, 53), true},
		{outsider, "API server", server, true},
		{outsider, "database", database, false},
		{outsider, "cache", keys, false},
		{outsider, "API", address(api, 8000), false},
		{outsider, "API's metrics", address(api, 9090), false},
	} {
		t.Run(edge.from[1]+" to "+edge.what, func(t *testing.T) {
			t.Parallel() // a refusal takes as long as we wait for it
			c.connects(t, edge.from, edge.to, edge.passes)
		})
	}
}

func address(pod v1.Pod, port int) string {
	return net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(port))
}

func (c cluster) serviceIP(t *testing.T, namespace, name string) string {
	t.Helper()
	service, err := c.CoreV1().Services(namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return service.Spec.ClusterIP
}

// run starts a pod, waits for it, and deletes it when the test ends.
func (c cluster) run(t *testing.T, pod *v1.Pod) {
	t.Helper()
	pods := c.CoreV1().Pods(pod.Namespace)
	_, err := pods.Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = pods.Delete(context.Background(), pod.Name, metav1.DeleteOptions{}) })
	eventually(t, time.Minute, func() error {
		now, err := pods.Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err == nil && now.Status.Phase != v1.PodRunning {
			err = fmt.Errorf("%s is %s", pod.Name, now.Status.Phase)
		}
		return err
	})
}

// connects wants a TCP connection from inside a pod to succeed or not. The
// firewall learns of a new pod a moment after it runs, so both may need that
// moment; then a refusal must last.
func (c cluster) connects(t *testing.T, from [2]string, to string, passes bool) {
	t.Helper()
	host, port, err := net.SplitHostPort(to)
	require.NoError(t, err)
	script := fmt.Sprintf("timeout 3 bash -c '</dev/tcp/%s/%s' 2>/dev/null && echo open || echo closed", host, port)
	attempt := func() string {
		out, err := c.exec(t, from[0], from[1], "bash", "-c", script)
		require.NoError(t, err, out)
		return strings.TrimSpace(out)
	}
	want := "closed"
	if passes {
		want = "open"
	}
	eventually(t, 20*time.Second, func() error {
		if got := attempt(); got != want {
			return fmt.Errorf("%s is %s", to, got)
		}
		return nil
	})
	assert.Equal(t, want, attempt(), "a moment later")
}
