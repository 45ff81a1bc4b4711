package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func (f *fixture) origin(method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return f.do(r)
}

func TestCORS(t *testing.T) {
	const page = "https://app.example.com"
	f := newFixture(t, func(o *Options) { o.AllowedOrigins = []string{page, "http://localhost:3000"} }, whoami(""))
	for _, path := range []string{"/version", "/whoami", "/nowhere"} {
		for _, allowed := range []string{page, "http://localhost:3000"} {
			h := f.origin("GET", path, "Origin", allowed).Header()
			assert.Equal(t, allowed, h.Get("Access-Control-Allow-Origin"), "%s: errors can be read, too", path)
			assert.Contains(t, h.Get("Access-Control-Expose-Headers"), "ETag")
			assert.Contains(t, h.Values("Vary"), "Origin")
			assert.Empty(t, h.Get("Access-Control-Allow-Credentials"))
		}
		for _, other := range []string{
			"https://evil.example.com", "https://app.example.com.evil.com", "http://app.example.com", "https://app.example.com:8443",
			"https://APP.example.com", "null", "*", "",
		} {
			h := f.origin("GET", path, "Origin", other).Header()
			for name := range h {
				assert.False(t, strings.HasPrefix(name, "Access-Control-"), "%s for %q", name, other)
			}
			assert.Contains(t, h.Values("Vary"), "Origin", "caches must not give it to our pages")
		}
	}
	assert.Empty(t, f.origin("GET", "/version", "Origin", page, "Origin", page).Header().Get("Access-Control-Allow-Origin"), "two are none")
	assert.Empty(t, newFixture(t, nil).origin("GET", "/version", "Origin", page).Header().Get("Access-Control-Allow-Origin"))
}

func TestPreflight(t *testing.T) {
	const page = "https://app.example.com"
	f := newFixture(t, func(o *Options) { o.AllowedOrigins = []string{page}; o.RateLimit = RateLimit{PerMinute: 1} }, whoami(""))
	for range 3 {
		answer := f.origin("OPTIONS", "/whoami", "Origin", page, "Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization,if-match")
		assert.Equal(t, http.StatusNoContent, answer.Code, "without a token and without a limit")
		h := answer.Header()
		assert.Equal(t, page, h.Get("Access-Control-Allow-Origin"))
		for _, header := range []string{"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} {
			assert.Contains(t, h.Get("Access-Control-Allow-Headers"), header)
		}
		assert.Contains(t, h.Get("Access-Control-Allow-Methods"), "PATCH")
		assert.Equal(t, "7200", h.Get("Access-Control-Max-Age"))
		assert.Equal(t, "GET, HEAD, OPTIONS", h.Get("Allow"))
		assert.Equal(t, "/whoami", f.records.last(t).Route)
	}
	other := f.origin("OPTIONS", "/whoami", "Origin", "https://evil.example.com", "Access-Control-Request-Method", "PATCH").Header()
	plain := f.origin("OPTIONS", "/whoami").Header()
	for _, h := range []http.Header{other, plain} {
		assert.Equal(t, "GET, HEAD, OPTIONS", h.Get("Allow"))
		assert.Empty(t, h.Get("Access-Control-Allow-Methods"))
		assert.Empty(t, h.Get("Access-Control-Allow-Origin"))
	}
	assert.Equal(t, http.StatusNotFound, f.origin("OPTIONS", "/nowhere").Code)
}
