package httpapi

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRequestID(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	for name, given := range map[string][]string{
		"none": nil, "empty": {""}, "two": {"a", "b"}, "space": {"a b"}, "line": {"a\nb"}, "quote": {`a"b`},
		"long": {strings.Repeat("a", 129)}, "umlaut": {"ä"}, "slash": {"../a"},
	} {
		request := httptest.NewRequest(http.MethodGet, "/health", nil)
		request.Header["X-Request-Id"] = given
		made := f.do(request).Header().Get("X-Request-Id")
		assert.Len(t, made, 26, name)
		assert.True(t, validRequestID(made), name)
	}
	for _, id := range []string{"a", strings.Repeat("a", 128), "0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f", "01J.K_z"} {
		request := httptest.NewRequest(http.MethodGet, "/health", nil)
		request.Header.Set("X-Request-ID", id)
		assert.Equal(t, []string{id}, f.do(request).Header()["X-Request-Id"])
	}
}

func FuzzRequestID(f *testing.F) {
	for _, seed := range []string{"", "abc", "a b", "a\r\nSet-Cookie: x", strings.Repeat("z", 200), "\x00", "ä"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		id := requestID(http.Header{"X-Request-Id": {given}})
		assert.Regexp(t, `^[A-Za-z0-9._-]{1,128}$`, id)
		if validRequestID(given) {
			assert.Equal(t, given, id)
		} else {
			assert.NotEqual(t, given, id)
		}
	})
}
