package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func testUp(t *testing.T, m *machine) {
	status := m.status(t)
	assert.True(t, status.Running)
	assert.Equal(t, "real", status.Nodes)
	assert.Empty(t, status.Simulated)
	assert.Equal(t, m.up.API.URL, status.API.URL)
	assert.Equal(t, map[string]any{"namespace": "tripsage", "apiService": "tripsage-api", "apiServicePort": 80.0}, status.Outputs)

	h := requireHealthy(t, status.API.URL)
	assert.Regexp(t, `^17\.`, h.Dependencies["database"].Version)
	assert.Regexp(t, `^\d+\.\d+`, h.Dependencies["database"].Extensions["vector"])
	assert.NotEmpty(t, h.Dependencies["cache"].Version)

	m.cluster.migratedFirst(t)

	pods := m.cluster.pods(t, "tripsage")
	assert.GreaterOrEqual(t, len(pods), 3)
	for _, pod := range pods {
		assert.Equal(t, v1.PodRunning, pod.Status.Phase, pod.Name)
		for i, container := range pod.Spec.Containers {
			assert.Regexp(t, `^tripsage\.local/[a-z]+@sha256:[0-9a-f]{64}$`, container.Image, pod.Name)
			assert.True(t, pod.Status.ContainerStatuses[i].Ready, pod.Name)
			assert.Contains(t, pod.Status.ContainerStatuses[i].ImageID, container.Image[len(container.Image)-64:],
				"what runs is what was asked for")
		}
	}
}

// Logs and events look like any cluster's.
func testOrdinaryCluster(t *testing.T, m *machine) {
	t.Run("Logs", func(t *testing.T) {
		pod := m.cluster.pod(t, "tripsage", "tripsage-api-")
		text, err := m.cluster.CoreV1().Pods("tripsage").GetLogs(pod.Name, &v1.PodLogOptions{}).DoRaw(t.Context())
		require.NoError(t, err)
		var messages []string
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			var line struct{ Time, Level, Message string }
			require.NoError(t, json.Unmarshal(lines.Bytes(), &line), "%s", lines.Text())
			assert.NotEmpty(t, line.Level)
			_, err := time.Parse(time.RFC3339Nano, line.Time)
			assert.NoError(t, err)
			messages = append(messages, line.Message)
		}
		assert.Contains(t, messages, "listening")
	})
	t.Run("Events", func(t *testing.T) {
		events, err := m.cluster.CoreV1().Events("tripsage").List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		var reasons []string
		for _, event := range events.Items {
			reasons = append(reasons, event.InvolvedObject.Kind+" "+event.Reason)
		}
		assert.Subset(t, reasons, []string{"Pod Scheduled", "Pod Started", "Deployment ScalingReplicaSet"})
	})
	t.Run("Access", func(t *testing.T) { testAccess(t, m) })
}

// The autoscaler sees what the pods really use.
func testAutoscaler(t *testing.T, m *machine) {
	start := time.Now()
	eventually(t, 2*time.Minute, func() error {
		hpa, err := m.cluster.AutoscalingV2().HorizontalPodAutoscalers("tripsage").Get(t.Context(), "tripsage-api", metav1.GetOptions{})
		if err != nil {
			return err
		}
		known := map[v1.ResourceName]int32{}
		for _, metric := range hpa.Status.CurrentMetrics {
			if metric.Type == autoscalingv2.ResourceMetricSourceType && metric.Resource.Current.AverageUtilization != nil {
				known[metric.Resource.Name] = *metric.Resource.Current.AverageUtilization
			}
		}
		_, cpu := known[v1.ResourceCPU]
		memory := known[v1.ResourceMemory]
		if !cpu || memory <= 0 || memory > 100 {
			return fmt.Errorf("the autoscaler knows %v only: %+v", known, hpa.Status.Conditions)
		}
		for _, condition := range hpa.Status.Conditions {
			if condition.Type == autoscalingv2.ScalingActive && condition.Status != v1.ConditionTrue {
				return errors.New(condition.Message)
			}
		}
		t.Logf("after %.0fs: cpu %d %%, memory %d %%", time.Since(start).Seconds(), known[v1.ResourceCPU], memory)
		return nil
	})
}
