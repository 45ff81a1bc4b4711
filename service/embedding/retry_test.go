package embedding

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestRetries(t *testing.T) {
	for code, tries := range map[int]int{
		408: 3, 429: 3, 500: 3, 502: 3, 503: 3, 504: 3, 529: 3,
		400: 1, 401: 1, 403: 1, 404: 1, 413: 1, 422: 1, 204: 1,
	} {
		server := serve(t, status(code))
		_, err := newHTTP(t, server.URL).Embed(t.Context(), []string{secretText})
		assertFails(t, err, service.CodeEmbedderDown, "answered ")
		assert.Equal(t, tries, server.count(), "status %d", code)
	}
}

func TestRetryHelps(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		switch n {
		case 1:
			status(429)(w, r, n, ask)
		case 2:
			status(503)(w, r, n, ask)
		default:
			good(w, r, n, ask)
		}
	})
	got, err := newHTTP(t, server.URL).Embed(t.Context(), []string{"ab"})
	require.NoError(t, err)
	assert.InDelta(t, 1, got[0][2], 0)
}

// The clock of a bubble jumps as soon as everybody in it sleeps, so waits take no time and can be
// measured exactly. The server is outside.
func TestRetryAfterIsHonoured(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		if n == 1 {
			w.Header().Set("Retry-After", "7")
			status(429)(w, r, n, ask)
			return
		}
		good(w, r, n, ask)
	})
	synctest.Test(t, func(t *testing.T) {
		h, start := newHTTP(t, server.URL), time.Now()
		_, err := h.Embed(t.Context(), []string{"ab"})
		require.NoError(t, err)
		waited := time.Since(start)
		assert.GreaterOrEqual(t, waited, 7*time.Second)
		assert.Less(t, waited, 7*time.Second+firstPause/2)
	})
}

func TestNoTimeForRetryAfter(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		w.Header().Set("Retry-After", "60")
		status(503)(w, r, n, ask)
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 59*time.Second)
		defer cancel()
		for _, ctx := range []context.Context{ctx, t.Context()} {
			_, err := newHTTP(t, server.URL).Embed(ctx, []string{secretText})
			assertFails(t, err, service.CodeEmbedderDown, "try 1: answered 503")
		}
		assert.Zero(t, time.Since(start), "the answer is known, so nobody waits for the deadline")
	})
	assert.Equal(t, 2, server.count())
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 11, 26, 8, 49, 30, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "12": 12 * time.Second, "-1": 0, "1.5": 0, "soon": 0, "99999999999999999999": 0,
		"Thu, 26 Nov 2026 08:49:37 GMT": 7 * time.Second, "Thu, 26 Nov 2026 08:49:00 GMT": 0,
	} {
		assert.Equal(t, want, retryAfter(header, now), header)
	}
}

func TestPausesGrowAndDiffer(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		first, second := pauseAfter(1, 0), pauseAfter(2, 0)
		assert.GreaterOrEqual(t, first, firstPause/2)
		assert.Less(t, first, firstPause)
		assert.GreaterOrEqual(t, second, firstPause)
		assert.Less(t, second, 2*firstPause)
		seen[first] = true
	}
	assert.Greater(t, len(seen), 50)
}

func TestBreaker(t *testing.T) {
	working := false
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		if working {
			good(w, r, n, ask)
			return
		}
		status(401)(w, r, n, ask)
	})
	synctest.Test(t, func(t *testing.T) {
		h := newHTTP(t, server.URL)
		ask := func() error { _, err := h.Embed(t.Context(), []string{secretText}); return err }
		for range tripAfter {
			assertFails(t, ask(), service.CodeEmbedderDown, "answered 401")
		}
		assertFails(t, ask(), service.CodeEmbedderDown, "not asked, as it has failed before")
		assert.Equal(t, tripAfter, server.count(), "it is left alone")

		time.Sleep(restTime + time.Second)
		assertFails(t, ask(), service.CodeEmbedderDown, "answered 401")
		assertFails(t, ask(), service.CodeEmbedderDown, "not asked")
		assert.Equal(t, tripAfter+1, server.count(), "one try shows that it is not back")

		working = true
		time.Sleep(restTime + time.Second)
		require.NoError(t, ask())
		require.NoError(t, ask())
	})
}

// What is wrong with one text, or too many questions, must not take the embedder from others.
func TestBreakerIgnores(t *testing.T) {
	for _, code := range []int{400, 413, 422, 429} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
			w.Header().Set("Retry-After", "3600") // longer than anybody waits
			status(code)(w, r, n, ask)
		})
		h := newHTTP(t, server.URL)
		for range tripAfter + 1 {
			_, err := h.Embed(t.Context(), []string{secretText})
			assertFails(t, err, service.CodeEmbedderDown, "answered ")
		}
		assert.Equal(t, tripAfter+1, server.count(), "status %d", code)
	}
}

// observed notes operations with how they ended.
type observed struct {
	service.Unobserved
	seen []string
}

func (o *observed) Operation(ctx context.Context, dependency, name string) (context.Context, func(error)) {
	return ctx, func(err error) { o.seen = append(o.seen, dependency+" "+name+" "+string(service.CodeOf(err))) }
}

func TestObserver(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		if n == 1 {
			status(404)(w, r, n, ask)
			return
		}
		good(w, r, n, ask)
	})
	h, seen := newHTTP(t, server.URL), &observed{}
	h.options.Observer = seen
	_, _ = h.Embed(t.Context(), []string{"a"})
	_, _ = h.Embed(t.Context(), []string{"a"})
	assert.Equal(t, []string{"embedder embeddings embedder_down", "embedder embeddings "}, seen.seen)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":"AACAPw=="}]}`))
	f.Add([]byte(`{"data":[{"index":1,"embedding":"` + encoded(vectorOf("a")) + `"},{"index":0,"embedding":"` + encoded(vectorOf("b")) + `"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := decode(content, 2)
		if err != nil {
			var failed *fault
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, service.CodeEmbedderDown, failed.code)
			return
		}
		require.Len(t, got, 2)
		assertUnit(t, got[0])
		assertUnit(t, got[1])
	})
}
