package verify

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

func latencyChecks(requests int, budgets Budgets) []check {
	of := func(name string, a address, budget time.Duration) check {
		return check{
			group: "latency", name: name, user: true,
			expected: fmt.Sprintf("p95 of %d requests at most %s", requests, budget),
			try:      func(ctx context.Context, r *run) finding { return a.latency(ctx, r, budget) },
		}
	}
	return []check{
		of("GET /trips", address{method: http.MethodGet, path: "/trips"}, budgets.API),
		of("POST /memory/search", address{method: http.MethodPost, path: "/memory/search", body: memoryQuery}, budgets.Vector),
	}
}

// latency asks one after the other, as one user does. The first request opens
// the connection and is not counted.
func (a address) latency(ctx context.Context, r *run, budget time.Duration) finding {
	var times []time.Duration
	for n := range r.Requests + 1 {
		got, fault := r.wants(ctx, http.StatusOK, a.method, a.path, a.body, true, nil)
		if fault != nil {
			return *fault
		}
		if n > 0 {
			times = append(times, got.took)
		}
	}
	slices.Sort(times)
	p50, p95 := percentile(times, 50), percentile(times, 95)
	if p95 > budget {
		return bad(fmt.Sprintf("p95 %s, median %s", short(p95), short(p50)), "see whether the database, the cache or the way there is slow: GET /health/detailed has the latency of each, and docs/runbooks/api.md the rest")
	}
	return ok("p95 %s, median %s", short(p95), short(p50))
}

// percentile is the nearest rank of sorted times.
func percentile(sorted []time.Duration, percent int) time.Duration {
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}

func short(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
