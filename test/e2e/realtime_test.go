package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Websockets on two pods both hear of a change that is made through either.
func testRealtime(t *testing.T, m *machine) {
	pods := m.cluster.apiPods(t, 2)
	u := m.traveller(t, "realtime")
	one, two := u.at(m.cluster.forward(t, pods[0], 8000)), u.at(m.cluster.forward(t, pods[1], 8000))
	sockets := []*websocket.Conn{one.watch(t), two.watch(t)}
	for name, via := range map[string]traveller{"the first pod": one, "the second pod": two, "the Service": u} {
		path := via.newTrip(t, "made through "+name)
		start := time.Now()
		for _, s := range sockets {
			sees(t, s, "insert", "made through "+name)
		}
		t.Logf("through %s: both know %s after its answer", name, time.Since(start))
		via.must(t, http.StatusOK, http.MethodPatch, path, `{"name":"changed through `+name+`"}`, "If-Match", "*")
		for _, s := range sockets {
			sees(t, s, "update", "changed through "+name)
		}
	}

	// The address that everybody uses leads to both pods. That all of 18 come to the same one would
	// be a chance of 1 in 131072.
	figures := []string{m.cluster.forward(t, pods[0], 9090), m.cluster.forward(t, pods[1], 9090)}
	for range 18 {
		u.at(u.url).watch(t)
	}
	var open float64
	for _, pod := range figures {
		here := gauge(t, pod, "websocket_connections")
		assert.Greater(t, here, 1.0, "its own and some of the 18")
		open += here
	}
	require.InDelta(t, 20, open, 0, "all of them")
}
