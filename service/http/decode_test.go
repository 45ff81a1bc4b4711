package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// sample has a field of every type that bodies have.
type sample struct {
	Text  string          `json:"text"`
	Count int             `json:"count"`
	Cents *int64          `json:"cents"`
	Ratio *float64        `json:"ratio"`
	Day   service.Date    `json:"day"`
	On    bool            `json:"on"`
	Tags  []string        `json:"tags"`
	Meta  json.RawMessage `json:"meta"`
}

func decodeSample(t testing.TB, body string) (sample, []string) {
	t.Helper()
	var faults service.Invalid
	value, err := decode[sample](httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)), &faults)
	require.NoError(t, err)
	var all []string
	for _, fault := range faults.Faults {
		assert.NotEmpty(t, fault.Expected)
		all = append(all, fault.Field+" "+fault.Problem)
	}
	return value, all
}

func TestDecode(t *testing.T) {
	value, faults := decodeSample(t, ` {"text":"Zürich 🚲\u00e9\ud83d\ude80\n","count":-3,"cents":12,"ratio":1.5e2,"day":"2026-11-26",
		"on":true,"tags":["a"],"meta":{"deep":[{"a":null}]}} `)
	assert.Empty(t, faults)
	assert.Equal(t, "Zürich 🚲é🚀\n", value.Text)
	assert.Equal(t, -3, value.Count)
	assert.Equal(t, int64(12), *value.Cents)
	assert.InDelta(t, 150, *value.Ratio, 0)
	assert.Equal(t, "2026-11-26", value.Day.String())
	assert.True(t, value.On)
	assert.JSONEq(t, `{"deep":[{"a":null}]}`, string(value.Meta))

	value, faults = decodeSample(t, `{}`)
	assert.Empty(t, faults, "what must be there is for the handler to say")
	assert.Equal(t, sample{}, value)
	value, faults = decodeSample(t, `{"cents":null,"ratio":null,"meta":null}`)
	assert.Empty(t, faults)
	assert.Nil(t, value.Cents)
}

func TestDecodeTellsAllFaultsTogether(t *testing.T) {
	value, faults := decodeSample(t, `{"count":"1","cents":1.5,"ratio":"x","day":"2026-02-30","on":1,"tags":"a","text":7,"nome":1,
		"Text":"names are exact","meta":{"good":1}}`)
	assert.Equal(t, []string{
		"count is of another type", "cents is of another type", "ratio is of another type", "day is not valid", "on is of another type",
		"tags is of another type", "text is of another type", "nome is not a field", "Text is not a field",
	}, faults)
	assert.JSONEq(t, `{"good":1}`, string(value.Meta), "what is good is there, so that it can be checked, too")
}

func TestDecodeIsStrict(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, want := range map[string][]string{
		"":                               {"body is missing"},
		" \n\t":                          {"body is missing"},
		`null`:                           {"body is not an object"},
		`[]`:                             {"body is not an object"},
		`"{}"`:                           {"body is not an object"},
		`7`:                              {"body is not an object"},
		`{`:                              {"body is not JSON at byte 1"},
		`{"text":}`:                      {"body is not JSON at byte 9"},
		`{"text":"a"} x`:                 {"body is not JSON at byte 14"},
		`{"text":"a"}{}`:                 {"body is not JSON at byte 13"},
		`text=a&count=1`:                 {"body is not JSON at byte 2"},
		"\xef\xbb\xbf{}":                 {"body is not JSON at byte 1"},
		`{"text":null,"day":null}`:       {"text is null", "day is null"},
		`{"count":null}`:                 {"count is null"},
		`{"count":9223372036854775808}`:  {"count is of another type"},
		`{"text":"a","text":"b"}`:        {"text is there more than once"},
		`{"text":"a","te\u0078t":"b"}`:   {"text is there more than once"},
		`{"x":1,"x":2}`:                  {"x is there more than once", "x is not a field"},
		`{"meta":{"a":1,"a":2}}`:         {`meta has the name "a" more than once`},
		`{"meta":[{"b":{"a":1,"a":2}}]}`: {`meta has the name "a" more than once`},
		"{\"text\":\"\xff\"}":            {"text is not UTF-8"},
		"{\"meta\":{\"\xff\":1}}":        {"meta is not UTF-8"},
		"{\"\xff\":1}":                   {"body is not UTF-8", "\xff is not a field"},
		`{"text":"\u0000"}`:              {"text has a NUL character"},
		`{"meta":{"a\u0000":1}}`:         {"meta has a NUL character"},
		`{"text":"\ud800"}`:              {"text has half a surrogate pair"},
		`{"text":"\udc00"}`:              {"text has half a surrogate pair"},
		`{"text":"\ud800\ud800\udc00"}`:  {"text has half a surrogate pair"},
		`{"text":"\ud800x\udc00"}`:       {"text has half a surrogate pair"},
		`{"text":"\ud800\n\udc00"}`:      {"text has half a surrogate pair"},
		`{"text":"\ud800\u0041"}`:        {"text has half a surrogate pair"},
		`{"meta":1e309}`:                 {"meta has a number out of range"},
		`{"meta":[1E-999999999999999]}`:  {"meta has a number out of range"},
		`{"meta":` + strings.Repeat("9", 65) + `}`: {"meta has a number of too many digits"},
		`{"meta":` + deep(maxDepth) + `}`:          {"meta is nested too deeply"},
		`{"meta":` + deep(9000) + `}`:              {"meta is nested too deeply"},
		`{"meta":` + deep(20_000) + `}`:            {"body is not JSON at byte 10008"},
		`{"` + strings.Repeat("é", 99) + `":1}`:    {strings.Repeat("é", 40) + "… is not a field"},
	} {
		_, faults := decodeSample(t, body)
		assert.Equal(t, want, faults, short(body))
	}
	for _, body := range []string{`{"meta":` + deep(maxDepth-1) + `}`, `{"meta":-0.0e-308}`, `{"text":"\\u0000\\ud800"}`, `{"meta":{"a":{"a":1},"b":[{"a":1},{"a":1}]}}`} {
		_, faults := decodeSample(t, body)
		assert.Empty(t, faults, body)
	}
}

func TestDecodeBoundsWhatItTells(t *testing.T) {
	var body strings.Builder
	for range 10_000 {
		body.WriteString(`,"text":1,"other":"\u0000"`)
	}
	_, faults := decodeSample(t, "{"+body.String()[1:]+"}")
	assert.Len(t, faults, maxFaults)
}

func TestMediaTypes(t *testing.T) {
	for kind, good := range map[string]bool{
		"": true, "application/json": true, "application/json; charset=utf-8": true, "Application/JSON": true,
		"application/merge-patch+json": true, "application/vnd.api+json;v=1": true, "application/x-www-form-urlencoded": true,
		"text/plain": false, "text/json": false, "multipart/form-data; boundary=x": false, "application/xml": false, "json": false, ";": false, "application/json/x": false,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"text":"a"}`))
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		var faults service.Invalid
		value, err := decode[sample](r, &faults)
		if good {
			require.NoError(t, err, kind)
			assert.Equal(t, "a", value.Text, kind)
		} else {
			assert.Equal(t, service.CodeMediaType, service.CodeOf(err), kind)
		}
		assert.Empty(t, faults.Faults)
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{}`))
	r.Header.Set("Content-Encoding", "gzip")
	_, err := decode[sample](r, &service.Invalid{})
	assert.Equal(t, service.CodeMediaType, service.CodeOf(err))
	r.Header.Set("Content-Encoding", "Identity")
	_, err = decode[sample](r, &service.Invalid{})
	assert.NoError(t, err)
}

func TestBodyThatBreaks(t *testing.T) {
	broken := &service.Error{Code: service.CodeBodyIncomplete, Err: io.ErrUnexpectedEOF}
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(`{"text":`), iotest.ErrReader(broken)))
	var faults service.Invalid
	_, err := decode[sample](r, &faults)
	assert.True(t, errors.Is(err, broken))
	assert.Empty(t, faults.Faults, "half a body has no faults worth telling")
}

// What any program writes is read as it was meant.
func TestDecodeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := sample{Text: rapid.StringMatching(`[^\x00]*`).Draw(t, "text"), Count: rapid.Int().Draw(t, "count"), On: rapid.Bool().Draw(t, "on")}
		if rapid.Bool().Draw(t, "some") {
			cents, ratio := rapid.Int64().Draw(t, "cents"), rapid.Float64().Draw(t, "ratio")
			want.Cents, want.Ratio = &cents, &ratio
		}
		want.Day = service.NewDate(2026, 1, rapid.IntRange(1, 10_000).Draw(t, "day"))
		want.Meta = json.RawMessage("null")
		if rapid.Bool().Draw(t, "meta") {
			meta, err := json.Marshal(rapid.MapOf(rapid.StringMatching(`[^\x00]*`), rapid.SliceOf(rapid.StringMatching(`[^\x00]*`))).Draw(t, "object"))
			require.NoError(t, err)
			want.Meta = meta
		}
		want.Tags = []string{}
		body, err := json.Marshal(want)
		require.NoError(t, err)
		var faults service.Invalid
		got, err := decode[sample](httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)), &faults)
		require.NoError(t, err)
		require.NoError(t, faults.Err())
		require.Equal(t, want, got)
	})
}

// FuzzDecode compares with encoding/json: decode never accepts what that refuses, and reads what it
// accepts in the same way.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"a","count":1}`, `{"meta":{"a":[1,{"b":"\ud83d\ude80"}]}}`, `{"text":"\u0000","day":"2026-11-26"}`, `[{"a":1}]`,
		`{"cents":1e2,"ratio":-1.5E-3,"tags":["x",""]}`, `{"a":1,"a":{}}`, ` { "on" : true , "text" : "\\\"" } `, "{\"\xff\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	api := newFixture(f, nil, route{method: "POST", pattern: "/fuzz", handle: func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		var faults service.Invalid
		value, err := decode[sample](r, &faults)
		if err != nil {
			return err
		}
		onceOf(r, value, &faults)
		if err := faults.Err(); err != nil {
			return err
		}
		return writeEntity(w, r, http.StatusOK, value, 0)
	}})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/fuzz", bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+string(alice))
		r.Header.Set("Idempotency-Key", "k")
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK {
			require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
			require.NotEmpty(t, bodyOf(t, answer)["errors"])
			return
		}
		strict := json.NewDecoder(bytes.NewReader(body))
		strict.DisallowUnknownFields()
		var want sample
		require.NoError(t, strict.Decode(&want))
		encoded, err := json.Marshal(want)
		require.NoError(t, err)
		require.JSONEq(t, string(encoded), answer.Body.String())
	})
}

func BenchmarkDecode(b *testing.B) {
	const body = `{"name":"Summer","destination":"Lisbon","start_date":"2027-06-01","end_date":"2027-06-14","notes":"with the bicycles","budget_cents":250000,"currency":"EUR"}`
	b.ReportAllocs()
	for b.Loop() {
		r := &http.Request{Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Header: http.Header{"Content-Type": {jsonType}}}
		var faults service.Invalid
		if draft, err := decode[service.TripDraft](r, &faults); err != nil || faults.Err() != nil || draft.Name == "" {
			b.Fatal(err, faults)
		}
	}
}
