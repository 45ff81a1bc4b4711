package apitest

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// metric is the value of one series, 0 when there is none.
func (a *api) metric(t testing.TB, series string) float64 {
	t.Helper()
	for line := range strings.Lines(a.scrape(t)) {
		if rest, ok := strings.CutPrefix(line, series+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			require.NoError(t, err)
			return value
		}
	}
	return 0
}

// sums adds the series of each metric.
func sums(t testing.TB, scraped string) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for line := range strings.Lines(scraped) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "{")
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		name, _, _ = strings.Cut(name, " ")
		value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		require.NoError(t, err, line)
		found[name] += value
	}
	return found
}

// documentedMetrics are the names in the package comment of service/metrics.
func documentedMetrics(t *testing.T) []string {
	t.Helper()
	file, err := os.Open("../../service/metrics/registry.go")
	require.NoError(t, err)
	defer file.Close()
	row := regexp.MustCompile(`^//\t([a-z_]+)[ {]`)
	var names []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if match := row.FindStringSubmatch(lines.Text()); match != nil {
			names = append(names, match[1])
		}
	}
	require.Greater(t, len(names), 20)
	return names
}

// still are documented metrics that nothing here moves, with their value.
var still = map[string]float64{
	"build_info": 1, "pool_waits_total": 0, "pool_wait_seconds_total": 0, "pool_timeouts_total": 0,
}

// TestMetricsMove: one of everything is done, and each documented metric tells it.
func TestMetricsMove(t *testing.T) {
	a, ada, ben := start(t), someone("ada"), someone("ben")
	before := sums(t, a.scrape(t))
	c := a.as(ada)
	socket := c.watch(t)
	theirs := prepare(t, a, ada, ben)
	c.do(t, "GET", "/search/destinations?q=metrics", "").is(t, 200)
	c.do(t, "POST", "/memory/search", `{"query":"metrics"}`).is(t, 200)
	c.do(t, "GET", "/trips/4711", "").is(t, 404)
	c.do(t, "PATCH", theirs.fill("/trips/{id}"), `{"notes":"x"}`, "If-Match", "*").is(t, 200)
	c.do(t, "DELETE", theirs.fill("/memory/{id}"), "").is(t, 204)
	c.do(t, "DELETE", theirs.fill("/trips/{id}"), "").is(t, 204)
	a.with("").do(t, "GET", "/trips", "").is(t, 401)
	for message := socket.next(t); message["op"] != "delete"; message = socket.next(t) {
		require.NotEmpty(t, message["type"])
	}
	open := a.metric(t, "websocket_connections")
	require.NoError(t, socket.Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool { return a.metric(t, `websocket_closed_total{reason="client"}`) == 1 }, patience, pollPause)

	after := sums(t, a.scrape(t))
	for _, name := range documentedMetrics(t) {
		switch value, known := still[name]; {
		case known:
			assert.InDelta(t, value, after[name], 0, name)
		case name == "websocket_connections":
			assert.InDelta(t, 1, open, 0)
			assert.InDelta(t, 0, after[name], 0)
		case strings.HasSuffix(name, "_seconds") && before[name+"_count"]+after[name+"_count"] > 0:
			assert.Greater(t, after[name+"_count"], before[name+"_count"], name)
			assert.Greater(t, after[name+"_sum"], before[name+"_sum"], name)
		case name == "dependency_up" || strings.HasPrefix(name, "pool_") || name == "http_requests_in_flight" || name == "dependency_check_seconds":
			assert.Contains(t, after, name)
		default:
			assert.Greater(t, after[name], before[name], name)
		}
	}
	for series, want := range map[string]float64{
		`trips_total{event="created"}`: 1, `trips_total{event="shared"}`: 1, `trips_total{event="updated"}`: 1, `trips_total{event="deleted"}`: 1,
		`searches_total{what="destinations"}`: 1, `searches_total{what="memories"}`: 1, `chat_messages_total{role="user"}`: 1,
		`memories_total{event="added"}`: 1, `memories_total{event="deleted"}`: 1, `vector_search_duration_seconds_count`: 1,
		`authentications_total{result="missing"}`: 1, `dependency_up{dependency="database"}`: 1, `dependency_up{dependency="cache"}`: 1,
		`dependency_operation_errors_total{code="not_found",dependency="database",operation="trips.get"}`: 1,
		`http_requests_total{method="DELETE",route="/trips/{id}",status="204"}`:                           1,
	} {
		assert.InDelta(t, want, a.metric(t, series), 0, series)
	}
}
