package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
)

// FuzzHandlers sends anything to every operation: path, query, headers and body. checkAnswer holds
// what comes back against the document.
func FuzzHandlers(f *testing.F) {
	var all []writing
	document(f).operations(func(method, path string, op *openapi3.Operation) {
		all = append(all, writing{method, path, op})
		body := ""
		if op.RequestBody != nil {
			example, _ := json.Marshal(op.RequestBody.Value.Content.Get(jsonType).Schema.Value.Example) // it came from YAML
			body = string(example)
		}
		f.Add(uint8(len(all)-1), "1", "limit=5&after=1&q=x", `"1"`, "key", "application/json", []byte(body))
	})
	f.Add(uint8(1), "%00", "limit=%ff&after=%00", "W/\"\x00\"", strings.Repeat("k", 300), "text/\xff", []byte(aTrip))
	f.Add(uint8(2), "..", "q=a;b", `"18446744073709551616"`, "\r\nX: y", "multipart/form-data", []byte("{\"a\":1e999}"))
	f.Fuzz(func(t *testing.T, which uint8, segment, query, match, key, kind string, body []byte) {
		s := newScene(t, nil)
		op := all[int(which)%len(all)]
		for _, path := range []string{s.fill(op.path), s.fill(strings.NewReplacer("{id}", "{x}", "{item}", "{x}", "{user}", "{x}").Replace(op.path))} {
			r := httptest.NewRequest(op.method, "/", nil)
			r.URL = &url.URL{Path: strings.ReplaceAll(path, "{x}", segment), RawQuery: query}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header = http.Header{
				"Authorization": {"Bearer " + string(alice)}, "If-Match": {match}, "If-None-Match": {match},
				"Idempotency-Key": {key}, "Content-Type": {kind}, "X-Request-Id": {key}, "Origin": {kind},
			}
			answer := s.do(r)
			assert.Less(t, answer.Code, 500, "%s %q: %s", op.method, r.URL, answer.Body)
			assert.NotContains(t, s.logs.String(), `"panic"`)
			for _, values := range answer.Header() {
				for _, value := range values {
					assert.False(t, strings.ContainsAny(value, "\r\n\x00"), "%q", value)
				}
			}
		}
	})
}
