package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// A pod that is killed while it serves cuts its connections, as it must. Nobody gets a wrong
// answer, what is asked again with the same key is done once, and all pods are back soon.
func testPodKilled(t *testing.T, m *machine) {
	users := m.travellers(t, 2)
	pods := m.cluster.apiPods(t, 2)
	here := gather(t, users, 2, 2)
	here.answers(t, 100)

	victim := m.processOf(t, pods[0])
	kill(t, victim)
	eventually(t, time.Minute, func() error {
		pod, err := m.cluster.CoreV1().Pods("tripsage").Get(t.Context(), pods[0].Name, metav1.GetOptions{})
		if err == nil && (!isReady(*pod) || pod.Status.ContainerStatuses[0].RestartCount != pods[0].Status.ContainerStatuses[0].RestartCount+1) {
			err = fmt.Errorf("%+v", pod.Status)
		}
		return err
	})
	lost := here.settle(t, users)
	require.NotEmpty(t, lost, "whoever was connected to the pod notices")
	t.Logf("the first of them: %s", lost[0])

	after := gather(t, users, 2, 2)
	after.answers(t, 300)
	assert.Empty(t, after.settle(t, users), "lost when both pods were back")
}

// A rolling restart under load, the one of `kubectl rollout restart`, loses no request. Websockets
// are told to go elsewhere, and find it.
func testRollingRestart(t *testing.T, m *machine) {
	users := m.travellers(t, 4)
	old := m.cluster.apiPods(t, 2)
	here := gather(t, users, 2, 1)
	var sockets []*listener
	for _, u := range users {
		for range 5 {
			sockets = append(sockets, listen(t, u))
		}
	}
	here.answers(t, 200)

	start := time.Now()
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":%q}}}}}`, start.Format(time.RFC3339))
	_, err := m.cluster.AppsV1().Deployments("tripsage").Patch(t.Context(), "tripsage-api", types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
	eventually(t, 2*time.Minute, func() error {
		for _, pod := range m.cluster.allPods(t, "tripsage") {
			for _, before := range old {
				if pod.UID == before.UID {
					return fmt.Errorf("%s is still there", pod.Name)
				}
			}
		}
		return nil
	})
	m.cluster.apiPods(t, 2)
	t.Logf("all pods are new after %.0fs", time.Since(start).Seconds())
	here.answers(t, 200)

	assert.Empty(t, here.settle(t, users), "requests that were lost")
	for _, u := range users {
		u.newTrip(t, "after the restart")
	}
	var ends int
	for _, s := range sockets {
		s.hears(t, "after the restart")
		s.leave()
		assert.NotEmpty(t, s.ends, "the pod that it was on is gone")
		assert.Empty(t, s.missed, "each new one was opened at once")
		for _, end := range s.ends {
			assert.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(end), "%v", end)
		}
		ends += len(s.ends)
	}
	t.Logf("%d websockets were told to go elsewhere %d times", len(sockets), ends)
}
