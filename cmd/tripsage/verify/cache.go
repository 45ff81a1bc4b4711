package verify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
)

func cacheCheck() check {
	return check{
		group: "cache", name: "the same search twice", expected: "more hits than before", user: true, inside: true,
		try: func(ctx context.Context, r *run) finding { return r.cache(ctx) },
	}
}

// cache counts hits around a search that was made just before. Hits of others
// count too, so on a busy service this says that the cache works, and on an
// idle one that it did for us. Pods that came or went in between do not count:
// the autoscaler knows nothing of us.
func (r *run) cache(ctx context.Context) finding {
	path := "/search/destinations?q=lisbon&limit=" + strconv.Itoa(rand.IntN(49)+2) //nolint:gosec // nobody guesses it
	if _, fault := r.wants(ctx, http.StatusOK, http.MethodGet, path, "", true, nil); fault != nil {
		return *fault
	}
	before, err := r.Cluster.CacheHits(ctx)
	if err != nil {
		return bad(err.Error(), "can this kubeconfig forward ports, and does the API serve its metrics?")
	}
	if _, fault := r.wants(ctx, http.StatusOK, http.MethodGet, path, "", true, nil); fault != nil {
		return *fault
	}
	after, err := r.Cluster.CacheHits(ctx)
	if err != nil {
		return bad(err.Error(), "can this kubeconfig forward ports, and does the API serve its metrics?")
	}
	var was, is float64
	for pod, hits := range after {
		if earlier, known := before[pod]; known {
			was, is = was+earlier, is+hits
		}
	}
	if is <= was {
		return bad(fmt.Sprintf("%.0f hits before and %.0f after", was, is), "is the cache up, and has it memory left? docs/runbooks/api.md")
	}
	return ok("%.0f hits before and %.0f after", was, is)
}
