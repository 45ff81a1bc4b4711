package apitest

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fuzzTime bounds TestHostileRequests.
const fuzzTime = 15 * time.Second

// operation is one of the document.
type operation struct {
	method, path string
	*openapi3.Operation
}

// TestHostileRequests draws requests of all operations, good ones and such as nobody would send.
// None makes the service fail: no answer of 500 and above, no panic, and each answer is one of the
// document's. It goes on for a fixed time, and for at least what rapid asks for.
func TestHostileRequests(t *testing.T) {
	t.Parallel() // with TestSlowClients, which waits only
	a, ada, ben := start(t), someone("ada"), someone("ben")
	c := a.as(ada)
	var operations []operation
	document(t).operations(func(method, path string, op *openapi3.Operation) {
		operations = append(operations, operation{method, path, op})
	})
	requests, statuses := 0, map[int]int{}
	for end := time.Now().Add(fuzzTime); time.Now().Before(end); {
		things := prepare(t, a, ada, ben) // some of the requests delete them
		rapid.Check(t, func(r *rapid.T) {
			if time.Now().After(end) {
				return
			}
			op := rapid.SampledFrom(operations).Draw(r, "operation")
			path := drawPath(r, things, op.path) + drawQuery(r, op.Operation)
			body, headers := drawBody(r, op.Operation), drawHeaders(r)
			got := c.do(r, op.method, path, body, headers...)
			if got.status >= 500 {
				r.Fatalf("%s %s %q %q answered %d: %s", op.method, path, body, headers, got.status, got.body)
			}
			requests++
			statuses[got.status]++
		})
		require.False(t, t.Failed())
	}
	t.Logf("%d requests: %v", requests, statuses)
	require.True(t, a.running())
	for _, status := range []int{200, 201, 404, 422} {
		require.Positive(t, statuses[status], "of %d requests none was answered %d", requests, status)
	}
	for series := range strings.Lines(a.scrape(t)) {
		require.False(t, strings.HasPrefix(series, "dependency_operation_errors_total") && strings.Contains(series, `code="internal"`), series)
	}
}

// oddities are values for where nobody expects them.
var oddities = slices.Concat(injections, []string{
	"", "0", "-1", "1", "9223372036854775807", "9223372036854775808", "1e3", "0x1", "01", " 1", "1.0", "null", "NaN", "٣", "\x00", "\xff", "*", `"1"`, `W/"1"`, `""`,
	"2026-02-30", "0000-00-00", "infinity", "00000000-0000-0000-0000-000000000000", "eyJpZCI6NDJ9", "eyJpZCI6IngifQ", "e30", "bnVsbA", "W10",
	"eyJpZCI6LTk5OTk5OTk5OTk5OTk5OTk5OTk5OX0", strings.Repeat("x", 300), strings.Repeat("é", 5000),
})

func odd(r *rapid.T, label string) string {
	return rapid.OneOf(rapid.SampledFrom(oddities), rapid.String()).Draw(r, label)
}

// rarely is true one time in n.
func rarely(r *rapid.T, n int, label string) bool { return rapid.IntRange(1, n).Draw(r, label) == n }

func drawPath(r *rapid.T, s scene, path string) string {
	for strings.Contains(path, "{") && rarely(r, 3, "another id") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		// Through a dot or an empty segment it would be another address.
		id := rapid.OneOf(rapid.SampledFrom(oddities), rapid.String()).Filter(func(id string) bool {
			return strings.Trim(id, ".") != ""
		}).Draw(r, "id")
		path = before + url.PathEscape(id) + after
	}
	return s.fill(path)
}

func drawQuery(r *rapid.T, op *openapi3.Operation) string {
	values := url.Values{}
	for _, parameter := range op.Parameters {
		if parameter.Value.In == openapi3.ParameterInQuery && parameter.Value.Name != "token" && rapid.Bool().Draw(r, parameter.Value.Name+" too") {
			values.Add(parameter.Value.Name, odd(r, parameter.Value.Name))
		}
	}
	if rarely(r, 8, "unknown parameter") {
		values.Add(odd(r, "name"), odd(r, "value"))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func drawHeaders(r *rapid.T) []string {
	headers := []string{"If-Match", "*"}
	for _, name := range []string{"If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id", "Content-Type", "Traceparent", "Origin", "X-Forwarded-For"} {
		if rarely(r, 6, name+" too") {
			headers = append(headers, name, visible(odd(r, name)))
		}
	}
	return headers
}

// visible leaves out what Go's client would not send.
func visible(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, text)
}

// drawBody starts from the document's example, and spoils some of its fields, or all of it.
func drawBody(r *rapid.T, op *openapi3.Operation) string {
	if op.RequestBody == nil {
		if rarely(r, 10, "a body all the same") {
			return odd(r, "body")
		}
		return ""
	}
	schema := op.RequestBody.Value.Content.Get("application/json").Schema.Value
	body := map[string]any{}
	for name, value := range schema.Example.(map[string]any) {
		body[name] = value
	}
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for range rapid.IntRange(0, 3).Draw(r, "spoilt fields") {
		body[rapid.SampledFrom(names).Draw(r, "field")] = drawAny(r, 0)
	}
	data, err := json.Marshal(body)
	if err != nil {
		r.Fatalf("%v", err)
	}
	if rarely(r, 10, "cut") {
		data = data[:rapid.IntRange(0, len(data)).Draw(r, "at")]
	}
	if rarely(r, 10, "a byte changed") && len(data) > 0 {
		data[rapid.IntRange(0, len(data)-1).Draw(r, "where")] = rapid.Byte().Draw(r, "byte")
	}
	return string(data)
}

// drawAny draws a JSON value of any kind.
func drawAny(r *rapid.T, depth int) any {
	switch kind := rapid.IntRange(0, 7).Draw(r, "kind"); {
	case kind == 0:
		return nil
	case kind == 1:
		return rapid.Bool().Draw(r, "bool")
	case kind == 2:
		return rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, -1, 1 << 53, 1_000_000_000_001})).Draw(r, "integer")
	case kind == 3:
		return rapid.OneOf(rapid.Float64Range(-1e308, 1e308), rapid.SampledFrom([]float64{90.1, -180.1, 5e-324})).Draw(r, "number")
	case kind == 4 && depth < 4:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(r, "length") {
			list = append(list, drawAny(r, depth+1))
		}
		return list
	case kind == 5 && depth < 4:
		object := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(r, "members") {
			object[odd(r, "name")] = drawAny(r, depth+1)
		}
		return object
	default:
		return odd(r, "text")
	}
}
