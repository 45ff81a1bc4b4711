package apitest

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPreferencesOverProcesses: what one process has changed, no process answers from its cache.
func TestPreferencesOverProcesses(t *testing.T) {
	s := newSite(t)
	pods, ada := []*api{s.start(t), s.start(t)}, someone("ada")
	theme := func(c *client) string {
		return fmt.Sprint(c.do(t, "GET", "/me", "").is(t, 200).json(t)["preferences"].(map[string]any)["theme"])
	}
	for i := range 20 {
		want := strconv.Itoa(i)
		writer, reader := pods[i%2].as(ada), pods[(i+1)%2].as(ada)
		writer.do(t, "PUT", "/me", `{"name":"Ada","preferences":{"theme":"`+want+`"}}`).is(t, 200)
		for range 3 { // the second answer is a kept one
			require.Equal(t, want, theme(reader))
			require.Equal(t, want, theme(writer))
		}
	}
	assert.Positive(t, pods[0].metric(t, `cache_requests_total{kind="preferences",result="hit"}`))
	assert.Positive(t, pods[1].metric(t, `cache_requests_total{kind="preferences",result="hit"}`))
}

// TestRateLimitOverProcesses: a user's requests count together, whoever answers them, and nobody
// else's do.
func TestRateLimitOverProcesses(t *testing.T) {
	const limit = 40
	s := newSite(t, "API_RATE_LIMIT="+strconv.Itoa(limit))
	pods, ada := []*api{s.start(t), s.start(t)}, someone("ada")
	clients := []*client{pods[0].as(ada), pods[1].as(ada)}
	var good, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 2 * limit {
		all.Go(func() {
			got := clients[i%2].do(t, "GET", "/trips?limit=1", "")
			switch got.status {
			case http.StatusOK:
				good.Add(1)
				assert.Equal(t, strconv.Itoa(limit), got.header.Get("Ratelimit-Limit"))
			case http.StatusTooManyRequests:
				refused.Add(1)
				got.fails(t, 429, "rate_limited")
			default:
				assert.Fail(t, "another answer", "%d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 2*limit, good.Load()+refused.Load())
	assert.GreaterOrEqual(t, good.Load(), int64(limit))
	assert.Less(t, good.Load(), int64(2*limit), "each process counted for itself")
	allowed := pods[0].metric(t, `rate_limit_decisions_total{result="allowed"}`) + pods[1].metric(t, `rate_limit_decisions_total{result="allowed"}`)
	assert.InDelta(t, good.Load(), allowed, 0)
	pods[0].as(someone("ben")).do(t, "GET", "/trips", "").is(t, 200)
}
