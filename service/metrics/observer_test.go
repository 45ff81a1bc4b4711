package apimetrics

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

var _ service.Observer = (*Observer)(nil)

func TestOperations(t *testing.T) {
	r := New(service.BuildInfo{})
	o := NewObserver(r)
	do := func(dependency, name string, err error) {
		ctx, end := o.Operation(t.Context(), dependency, name)
		assert.Equal(t, t.Context(), ctx)
		end(err)
	}
	do("database", "trips.list", nil)
	do("database", "trips.list", &service.Error{Code: service.CodeConflict})
	do("database", "memories.search", nil)
	do("cache", "memories.search", nil)
	do("cache", "entries.get", context.Canceled)
	do("cache", "entries.get", fmt.Errorf("x: %w", context.DeadlineExceeded))
	do("embedder", "embed", errors.New("odd"))
	do("a user's text", "x", nil)

	text := scrape(t, r)
	for _, line := range []string{
		`dependency_operation_duration_seconds_count{dependency="database",operation="trips.list"} 2`,
		`dependency_operation_duration_seconds_bucket{dependency="database",operation="trips.list",le="10"} 2`,
		`dependency_operation_errors_total{code="version_conflict",dependency="database",operation="trips.list"} 1`,
		`dependency_operation_errors_total{code="client_gone",dependency="cache",operation="entries.get"} 1`,
		`dependency_operation_errors_total{code="timeout",dependency="cache",operation="entries.get"} 1`,
		`dependency_operation_errors_total{code="internal",dependency="embedder",operation="embed"} 1`,
		`dependency_operation_duration_seconds_count{dependency="other",operation="x"} 1`,
		`vector_search_duration_seconds_count 1`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.NotContains(t, text, "a user's text")
}

func TestEvents(t *testing.T) {
	r := New(service.BuildInfo{})
	o := NewObserver(r)
	assert.Contains(t, scrape(t, r), `cache_requests_total{kind="search",result="hit"} 0`+"\n", "there from the start")
	for event, labels := range map[service.Event][]string{
		service.EventCache:          {"search:hit", "search:hit", "preferences:bypass", "static:negative"},
		service.EventSearch:         {"destinations", "memories"},
		service.EventTrip:           {"created", "updated", "deleted", "shared"},
		service.EventMessage:        {"user", "assistant", "system", "tool"},
		service.EventMemory:         {"added", "deleted"},
		service.EventRateLimit:      {"allowed", "limited", "local"},
		service.EventSocketOpened:   {"", "", ""},
		service.EventSocketClosed:   {"slow", "draining"},
		service.EventSocketMessage:  {"trips", "itinerary_items", "trip_collaborators", "chat_sessions", "chat_messages"},
		service.EventAuthentication: {"accepted", "missing", "malformed", "expired", "forged", "audience", "role", "unavailable"},
	} {
		for _, label := range labels {
			o.Count(event, label)
		}
	}
	text := scrape(t, r)
	for _, line := range []string{
		`cache_requests_total{kind="search",result="hit"} 2`, `cache_requests_total{kind="preferences",result="bypass"} 1`,
		`searches_total{what="memories"} 1`, `trips_total{event="shared"} 1`, `chat_messages_total{role="tool"} 1`,
		`memories_total{event="added"} 1`, `rate_limit_decisions_total{result="local"} 1`, `websocket_connections 1`,
		`websocket_closed_total{reason="slow"} 1`, `websocket_closed_total{reason="client"} 0`,
		`websocket_messages_total{table="chat_sessions"} 1`, `authentications_total{result="forged"} 1`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, `"other"`) {
			assert.True(t, strings.HasSuffix(line, " 0\n"), "every documented label has a series: %s", line)
		}
	}
}

// Whatever is observed, the number of time series has a bound, and nothing of a user is in them.
func TestTimeSeriesAreBounded(t *testing.T) {
	r := New(service.BuildInfo{})
	o := NewObserver(r)
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for n := range 2000 {
				_, end := o.Operation(t.Context(), fmt.Sprint("dependency ", n), fmt.Sprint("operation ", worker, n))
				end(&service.Error{Code: service.Code(fmt.Sprint("code ", n))})
				for event := range eventSpecs() {
					o.Count(event, fmt.Sprint("label ", n))
				}
				o.Count(service.Event(fmt.Sprint("event ", n)), "x")
			}
		})
	}
	group.Wait()
	families, err := r.registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		switch family.GetName() {
		case "dependency_operation_duration_seconds":
			assert.LessOrEqual(t, len(family.Metric), maxOperations+1)
		case "dependency_operation_errors_total":
			assert.LessOrEqual(t, len(family.Metric), maxFailures+1)
		default:
			assert.Less(t, len(family.Metric), 20, family.GetName())
		}
	}
	text := scrape(t, r)
	assert.Contains(t, text, `trips_total{event="other"} 8000`+"\n")
	assert.NotContains(t, text, "label 1")
}

func TestObserverFollowsPrometheusRules(t *testing.T) {
	r := New(service.BuildInfo{})
	o := NewObserver(r)
	_, end := o.Operation(t.Context(), "database", "trips.list")
	end(errors.New("x"))
	problems, err := testutil.GatherAndLint(r.registry)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

func BenchmarkOperation(b *testing.B) {
	o := NewObserver(New(service.BuildInfo{}))
	b.ReportAllocs()
	for b.Loop() {
		_, end := o.Operation(b.Context(), "database", "trips.list")
		end(nil)
	}
}

func BenchmarkCount(b *testing.B) {
	o := NewObserver(New(service.BuildInfo{}))
	b.ReportAllocs()
	for b.Loop() {
		o.Count(service.EventCache, "search:hit")
	}
}
