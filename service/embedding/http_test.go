package embedding

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

var _ service.Embedder = (*HTTP)(nil)

const (
	secretKey  = "sk-secret-1234"
	secretText = "my-private-text"
)

// embedder is a server with the number of requests that reached it.
type embedder struct {
	*httptest.Server
	mu   sync.Mutex
	asks []request
}

func (e *embedder) count() int { e.mu.Lock(); defer e.mu.Unlock(); return len(e.asks) }

// serve starts a server. answer gets the number of the request, from 1, and what was asked.
func serve(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int, ask request)) *embedder {
	t.Helper()
	e := &embedder{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var ask request
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&ask))
		e.mu.Lock()
		e.asks = append(e.asks, ask)
		n := len(e.asks)
		e.mu.Unlock()
		answer(w, r, n, ask)
	}))
	// Connections that stay open would stop the clock of tests in a bubble.
	e.Config.SetKeepAlivesEnabled(false)
	t.Cleanup(e.Close)
	return e
}

func newHTTP(t *testing.T, url string) *HTTP {
	t.Helper()
	h, err := NewHTTP(HTTPOptions{URL: url + "/v1/", Key: secretKey, Model: "small", Timeout: 5 * time.Second, Observer: service.Unobserved{}})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	return h
}

// vectorOf points along the axis that the text's length gives, and is not normalised.
func vectorOf(text string) []float32 {
	v := make([]float32, service.Dimensions)
	v[len(text)] = 3
	return v
}

func encoded(v []float32) string {
	var raw []byte
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// item is one embedding of an answer.
type item struct {
	Index     any `json:"index,omitempty"`
	Embedding any `json:"embedding"`
}

func write(w http.ResponseWriter, items ...item) {
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": items, "model": "small"})
}

// good answers as it should, last first.
func good(w http.ResponseWriter, _ *http.Request, _ int, ask request) {
	var items []item
	for i, text := range ask.Input {
		items = append(items, item{i, encoded(vectorOf(text))})
	}
	slices.Reverse(items)
	write(w, items...)
}

func status(code int) func(http.ResponseWriter, *http.Request, int, request) {
	return func(w http.ResponseWriter, _ *http.Request, _ int, ask request) {
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, "bad key %s for text %q", secretKey, ask.Input)
	}
}

// assertFails checks an error's code, and that it gives nothing away.
func assertFails(t *testing.T, err error, code service.Code, says string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, code, service.CodeOf(err), err)
	assert.Contains(t, err.Error(), says)
	for _, secret := range []string{secretKey, secretText, "127.0.0.1"} {
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestHTTPAsksAndReads(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		assert.Equal(t, "POST /v1/embeddings", r.Method+" "+r.URL.Path)
		assert.Equal(t, "Bearer "+secretKey, r.Header.Get("Authorization"))
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		good(w, r, n, ask)
	})
	h := newHTTP(t, server.URL)
	assert.Equal(t, "small", h.Name())
	texts := make([]string, 2*batchSize+3)
	for i := range texts {
		texts[i] = strings.Repeat("x", i+1)
	}
	got, err := h.Embed(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, got, len(texts))
	for i, e := range got {
		want := make(service.Embedding, service.Dimensions)
		want[i+1] = 1
		assert.Equal(t, want, e, "in order and with length 1")
	}
	require.Len(t, server.asks, 3)
	assert.Equal(t, request{Model: "small", Input: texts[2*batchSize:], Dimensions: 384, Encoding: "base64"}, server.asks[2])
}

func TestHTTPReadsArrays(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, ask request) {
		write(w, item{0, vectorOf(ask.Input[0])})
	})
	got, err := newHTTP(t, server.URL).Embed(t.Context(), []string{"abc"})
	require.NoError(t, err)
	assert.InDelta(t, 1, got[0][3], 0)
}

func TestHTTPWithoutKeyOrTexts(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		assert.NotContains(t, r.Header, "Authorization")
		good(w, r, n, ask)
	})
	h, err := NewHTTP(HTTPOptions{URL: server.URL, Model: "m", Timeout: 5 * time.Second, Observer: service.Unobserved{}})
	require.NoError(t, err)
	defer h.Close()
	_, err = h.Embed(t.Context(), []string{"a"})
	require.NoError(t, err)
	none, err := h.Embed(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.Equal(t, 1, server.count(), "nothing is asked for no texts")
}

func TestNewHTTPRefuses(t *testing.T) {
	for want, options := range map[string]HTTPOptions{
		"the embedder's URL is not a valid URL":                          {URL: "http://user:" + secretKey + "@host:port\x7f", Model: "m"},
		"the embedder needs the name of a model":                         {URL: "http://host"},
		"the embedder's key has characters that no HTTP header can hold": {URL: "http://host", Model: "m", Key: secretKey + "\n"},
	} {
		_, err := NewHTTP(options)
		assert.EqualError(t, err, want)
	}
}

func TestHTTPBrokenAnswers(t *testing.T) {
	one, nan, inf := vectorOf("a"), vectorOf("a"), vectorOf("a")
	nan[0], inf[0] = float32(math.NaN()), float32(math.Inf(1))
	huge := "[1e99" + strings.Repeat(",0", service.Dimensions-1) + "]"
	for name, c := range map[string]struct {
		items []item
		says  string
	}{
		"too few":          {[]item{{0, encoded(one)}}, "1 embeddings for 2 texts"},
		"too many":         {[]item{{0, one}, {1, one}, {2, one}}, "3 embeddings for 2 texts"},
		"none":             {nil, "0 embeddings for 2 texts"},
		"one twice":        {[]item{{0, one}, {0, one}}, "not numbered"},
		"from one":         {[]item{{1, one}, {2, one}}, "not numbered"},
		"negative":         {[]item{{-1, one}, {0, one}}, "not numbered"},
		"without number":   {[]item{{nil, one}, {nil, one}}, "not numbered"},
		"more dimensions":  {[]item{{0, one}, {1, append(slices.Clone(one), 1)}}, "385 dimensions, expected 384"},
		"less dimensions":  {[]item{{0, one}, {1, encoded(one[1:])}}, "383 dimensions, expected 384"},
		"no embedding":     {[]item{{0, one}, {1, nil}}, "0 dimensions"},
		"zero":             {[]item{{0, one}, {1, make([]float32, service.Dimensions)}}, "zero or not finite"},
		"not a number":     {[]item{{0, one}, {1, encoded(nan)}}, "zero or not finite"},
		"infinite":         {[]item{{0, one}, {1, encoded(inf)}}, "zero or not finite"},
		"too large number": {[]item{{0, one}, {1, json.RawMessage(huge)}}, "not embeddings in JSON"},
		"half a number":    {[]item{{0, one}, {1, "AAAA"}}, "not embeddings in JSON"},
		"not base64":       {[]item{{0, one}, {1, secretKey + "!"}}, "not embeddings in JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ request) { write(w, c.items...) })
			_, err := newHTTP(t, server.URL).Embed(t.Context(), []string{secretText, "b"})
			assertFails(t, err, service.CodeEmbedderDown, c.says)
			assert.Equal(t, 1, server.count(), "the same question has the same answer")
		})
	}
}

func TestHTTPNoJSON(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"empty":     {"", "not embeddings in JSON"},
		"text":      {"<html>" + secretKey, "not embeddings in JSON"},
		"endless":   {strings.Repeat(" ", answerBytes+bytesPerText+1), "more than 98304 bytes"},
		"one less":  {strings.Repeat(" ", answerBytes+bytesPerText), "not embeddings in JSON"},
		"other way": {`{"data": {"embedding": []}}`, "not embeddings in JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ request) { _, _ = w.Write([]byte(c.body)) })
			_, err := newHTTP(t, server.URL).Embed(t.Context(), []string{secretText})
			assertFails(t, err, service.CodeEmbedderDown, c.says)
		})
	}
}

// The key and the texts stay with the host that they are meant for.
func TestHTTPFollowsNoRedirect(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		elsewhere := serve(t, good)
		server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ request) {
			http.Redirect(w, r, elsewhere.URL+"/v1/embeddings", code)
		})
		_, err := newHTTP(t, server.URL).Embed(t.Context(), []string{secretText})
		assertFails(t, err, service.CodeEmbedderDown, fmt.Sprintf("answered %d", code))
		assert.Zero(t, elsewhere.count())
		assert.Equal(t, 1, server.count())
	}
}

func TestHTTPNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := newHTTP(t, server.URL).Embed(t.Context(), []string{secretText})
	assertFails(t, err, service.CodeEmbedderDown, "try 3: no answer: connection_refused")
}

func TestHTTPConnectionBreaks(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int, ask request) {
		if n < 3 {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"data": [`))
			panic(http.ErrAbortHandler)
		}
		good(w, r, n, ask)
	})
	got, err := newHTTP(t, server.URL).Embed(t.Context(), []string{"a"})
	require.NoError(t, err)
	assert.Len(t, got, 1)
	assert.Equal(t, 3, server.count())
}

func TestHTTPHangs(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int, _ request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	h := newHTTP(t, server.URL)
	h.options.Timeout = 20 * time.Millisecond
	_, err := h.Embed(t.Context(), []string{secretText})
	assertFails(t, err, service.CodeTimeout, "try 3: no answer: timeout")

	h = newHTTP(t, server.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = h.Embed(ctx, []string{secretText})
	assertFails(t, err, service.CodeTimeout, "try 1: no answer: timeout")
}

func TestHTTPCallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int, _ request) {
		cancel()
		<-r.Context().Done()
	})
	h := newHTTP(t, server.URL)
	for range 2 * tripAfter {
		_, err := h.Embed(ctx, []string{secretText})
		assertFails(t, err, service.CodeClientGone, "canceled")
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.Zero(t, h.breaker.Counts().TotalFailures, "impatient callers are not the embedder's fault")
}
