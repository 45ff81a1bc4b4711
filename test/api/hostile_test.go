package apitest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// injections are texts that do harm where they are taken for anything but texts.
var injections = []string{
	`'; drop table trips; --`, `' or '1'='1`, `" or ""="`, `1); delete from trips where (1=1`, `$1`, `$$; select 1; $$`, `\'; --`, `%_\`, `:x`,
	`{{7*7}}${7*7}<%= 7*7 %>`, `<script>alert(1)</script>`, `../../etc/passwd`, "line\r\nSet-Cookie: a=b", "\u202e\u0000"[:3], "é\u0301😀\U0010ffff",
	`{"$ne":null}`, `*) & ! | <->`, `"unbalanced`, "%s%n%x", "\x7f\x1b[31m",
}

// TestInjections: hostile texts come back as they were given, from every field that takes any text.
func TestInjections(t *testing.T) {
	a, ada := start(t), someone("ada")
	c := a.as(ada)
	quoted := func(text string) string {
		data, err := json.Marshal(text)
		require.NoError(t, err)
		return string(data)
	}
	for _, text := range injections {
		text += secret("text")
		q := quoted(text)
		trip := "/trips/" + c.make(t, "/trips", `{"name":`+q+`,"destination":`+q+`,"start_date":"2026-11-26","end_date":"2026-12-02","notes":`+q+`}`)
		got := c.do(t, "GET", trip, "").is(t, 200).json(t)
		assert.Equal(t, []any{text, text, text}, []any{got["name"], got["destination"], got["notes"]})
		c.do(t, "GET", trip+"/estimate", "").is(t, 200) // looks for a place of that name
		session := "/chat/sessions/" + c.make(t, "/chat/sessions", `{"title":`+q+`}`)
		c.make(t, session+"/messages", `{"role":"user","content":`+q+`,"metadata":{`+q+`:`+q+`}}`)
		message := c.do(t, "GET", session+"/messages", "").items(t)[0]
		assert.Equal(t, text, message["content"])
		assert.Equal(t, map[string]any{text: text}, message["metadata"])
		c.do(t, "PUT", "/me", `{"name":`+q+`,"preferences":{`+q+`:[`+q+`]}}`).is(t, 200)
		assert.Equal(t, map[string]any{text: []any{text}}, c.do(t, "GET", "/me", "").json(t)["preferences"])
		c.make(t, "/memory", `{"content":`+q+`}`)
		found := c.do(t, "POST", "/memory/search", `{"query":`+q+`,"limit":1}`).is(t, 200).items(t)
		assert.Equal(t, text, found[0]["content"])
		c.do(t, "GET", "/search/destinations?q="+url.QueryEscape(text), "").is(t, 200)
		c.do(t, "POST", trip+"/share", `{"email":`+q+`,"role":"editor"}`).is(t, 422)
		c.do(t, "POST", "/keys", `{"provider":"openai","name":`+q+`,"key":"k"}`).is(t, 201)
	}
	assert.Len(t, c.do(t, "GET", "/trips?limit=100", "").items(t), len(injections))
	for _, text := range injections { // where texts are names of something
		for _, path := range []string{
			"/trips/" + url.PathEscape(text), "/trips/1" + url.PathEscape(text), "/trips?after=" + url.QueryEscape(text),
			"/trips?limit=" + url.QueryEscape(text), "/trips/1/collaborators/" + url.PathEscape(text), "/" + url.PathEscape(text),
		} {
			method := http.MethodGet
			if strings.Contains(path, "collaborators") {
				method = http.MethodDelete
			}
			got := c.do(t, method, path, "")
			assert.Contains(t, []int{404, 422}, got.status, "%s: %s", path, got.body)
		}
	}
}

// TestHeadersOfAnswers: what a request says never becomes a header of its answer, but for its own id.
func TestHeadersOfAnswers(t *testing.T) {
	c := start(t).as(someone("ada"))
	assert.Equal(t, "my-id.1", c.do(t, "GET", "/trips", "", "X-Request-Id", "my-id.1").header.Get("X-Request-Id"))
	for _, id := range []string{"", "two words", "<script>", "é", strings.Repeat("x", 129), `a"b`, "a\tb"} {
		got := c.do(t, "GET", "/trips", "", "X-Request-Id", id).is(t, 200).header.Get("X-Request-Id")
		assert.NotEqual(t, id, got)
		assert.NotEmpty(t, got)
	}
	got := c.do(t, "GET", "/search/destinations?q=a%0d%0aSet-Cookie:%20a=b", "").is(t, 200)
	assert.Empty(t, got.header.Get("Set-Cookie"))
	got = c.do(t, "GET", "/trips/1%0d%0aSet-Cookie:%20a=b", "")
	assert.Empty(t, got.header.Get("Set-Cookie"))
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		assert.Equal(t, want, got.header.Get(name))
	}
}

// TestBodies: what is no plain object of a bearable size is refused, and changes nothing.
func TestBodies(t *testing.T) {
	c := start(t).as(someone("ada"))
	notes := func(n int) string { return strings.Replace(aTrip, `{`, `{"notes":"`+strings.Repeat("x", n)+`",`, 1) }
	nested := func(n int) string {
		return `{"name":"x","preferences":{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}}`
	}
	big := strings.Repeat(" ", 1<<20)
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
	}{
		"one MiB and a byte":   {"POST", "/trips", aTrip + big, 413},
		"as large as may be":   {"POST", "/trips", aTrip + big[:1<<20-len(aTrip)], 201},
		"long notes":           {"POST", "/trips", notes(10_001), 422},
		"NUL escaped":          {"POST", "/trips", notes(0)[:10] + `\u0000` + notes(0)[10:], 422},
		"NUL in the raw":       {"POST", "/trips", strings.Replace(aTrip, "week", "we\x00ek", 1), 422},
		"NUL in preferences":   {"PUT", "/me", `{"name":"x","preferences":{"a":["\u0000"]}}`, 422},
		"NUL as a name":        {"PUT", "/me", `{"name":"x","preferences":{"\u0000":1}}`, 422},
		"half a surrogate":     {"PUT", "/me", `{"name":"\ud800","preferences":{}}`, 422},
		"no UTF-8":             {"PUT", "/me", "{\"name\":\"\xff\",\"preferences\":{}}", 422},
		"nested":               {"PUT", "/me", nested(20), 200},
		"nested deeply":        {"PUT", "/me", nested(1000), 422},
		"nested beyond reason": {"PUT", "/me", nested(400_000), 422},
		"huge number":          {"PUT", "/me", `{"name":"x","preferences":{"a":1e400}}`, 422},
		"very long number":     {"PUT", "/me", `{"name":"x","preferences":{"a":` + strings.Repeat("9", 100_000) + `}}`, 422},
		"many names":           {"PUT", "/me", `{"name":"x","preferences":{` + strings.Repeat(`"a":1,`, 50_000) + `"b":1}}`, 422},
		"name twice":           {"PUT", "/me", `{"name":"x","name":"y","preferences":{}}`, 422},
		"two objects":          {"PUT", "/me", `{"name":"x","preferences":{}}{}`, 422},
		"array":                {"PUT", "/me", `[]`, 422},
		"null":                 {"PUT", "/me", `null`, 422},
		"form":                 {"PUT", "/me", `name=x&preferences=y`, 422},
		"prototype":            {"PUT", "/me", `{"name":"x","preferences":{"__proto__":{"admin":true}}}`, 200},
		"somebody else's id":   {"POST", "/trips", strings.Replace(aTrip, "{", `{"user_id":"00000000-0000-4000-8000-000000000001",`, 1), 422},
	} {
		t.Run(name, func(t *testing.T) { c.do(t, tc.method, tc.path, tc.body).is(t, tc.status) })
	}
	for _, kind := range []string{"text/plain", "text/xml", "multipart/form-data; boundary=x", "application/octet-stream", ";"} {
		c.do(t, "POST", "/trips", aTrip, "Content-Type", kind).fails(t, 415, "unsupported_media_type")
	}
	c.do(t, "POST", "/trips", aTrip, "Content-Encoding", "gzip").fails(t, 415, "unsupported_media_type")
	assert.Len(t, c.do(t, "GET", "/trips", "").items(t), 1)
}
