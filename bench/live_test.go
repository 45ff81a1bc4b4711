package bench

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// delivery is how long changes take from the request that makes them to a websocket: p50 and p95
// of 300 changes.
func delivery(b *testing.B, s stores, api *server) [2]time.Duration {
	b.Helper()
	conn, _, err := websocket.Dial(b.Context(), strings.Replace(api.url, "http", "ws", 1)+"/ws?token="+s.token, nil) //nolint:bodyclose // the library closes it
	require.NoError(b, err)
	defer func() { _ = conn.CloseNow() }()
	_, hello, err := conn.Read(b.Context())
	require.NoError(b, err)
	require.Contains(b, string(hello), `"hello"`)
	const changes = 300
	took := make([]time.Duration, changes)
	for i := range took {
		begin := time.Now()
		request, err := http.NewRequestWithContext(b.Context(), http.MethodPatch, api.url+"/trips/1",
			strings.NewReader(fmt.Sprintf(`{"notes":"change %d"}`, i)))
		require.NoError(b, err)
		request.Header.Set("Authorization", "Bearer "+s.token)
		request.Header.Set("If-Match", "*")
		answer, err := http.DefaultClient.Do(request)
		require.NoError(b, err)
		require.NoError(b, answer.Body.Close())
		require.Equal(b, http.StatusOK, answer.StatusCode)
		for {
			_, message, err := conn.Read(b.Context())
			require.NoError(b, err)
			if strings.Contains(string(message), fmt.Sprintf("change %d\"", i)) {
				break
			}
		}
		took[i] = time.Since(begin)
	}
	slices.Sort(took)
	return [2]time.Duration{took[changes/2], took[changes*95/100]}
}

// hitRate is the share of lookups in the cache that it answered, over the whole run.
func hitRate(b *testing.B, api *server) float64 {
	b.Helper()
	answer, err := http.Get(api.metrics + "/metrics")
	require.NoError(b, err)
	defer answer.Body.Close()
	var hits, all float64
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		var value float64
		name, rest, found := strings.Cut(lines.Text(), "} ")
		if !found || !strings.HasPrefix(name, "cache_requests_total{") {
			continue
		}
		_, err := fmt.Sscan(rest, &value)
		require.NoError(b, err)
		all += value
		if strings.Contains(name, `result="hit"`) {
			hits += value
		}
	}
	require.Positive(b, all, "the API counts its lookups")
	return hits / all
}
