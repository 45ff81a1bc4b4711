package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

func withHeader(name string, values ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if values != nil {
		r.Header[name] = values
	}
	return r
}

func TestExpectedVersion(t *testing.T) {
	for _, tc := range []struct {
		values []string
		want   int64
		fault  bool
	}{
		{[]string{`"3"`}, 3, false},
		{[]string{` "9223372036854775807" `}, 9223372036854775807, false},
		{[]string{`W/"3"`}, 3, false}, // what a proxy that compresses makes of it
		{[]string{`*`}, 0, false},
		{[]string{``}, 0, true}, {[]string{`3`}, 0, true}, {[]string{`"3`}, 0, true}, {[]string{`3"`}, 0, true}, {[]string{`"`}, 0, true},
		{[]string{`"0"`}, 0, true}, {[]string{`"-1"`}, 0, true}, {[]string{`"+1"`}, 0, true}, {[]string{`"01"`}, 0, true},
		{[]string{`"1e3"`}, 0, true}, {[]string{`"9223372036854775808"`}, 0, true}, {[]string{`"3", "4"`}, 0, true},
		{[]string{`"3"`, `"4"`}, 0, true}, {[]string{`*`, `*`}, 0, true}, {[]string{`w/"3"`}, 0, true}, {[]string{`W/W/"3"`}, 0, true},
		{[]string{`W/"47DEQpj8HBSa-_TImW-5JA"`}, 0, true},
	} {
		var faults service.Invalid
		version, err := expectedVersion(withHeader("If-Match", tc.values...), &faults)
		require.NoError(t, err)
		assert.Equal(t, tc.want, version, tc.values)
		assert.Equal(t, tc.fault, faults.Err() != nil, tc.values)
		if tc.fault {
			assert.Equal(t, "header.If-Match", faults.Faults[0].Field)
		}
	}
	var faults service.Invalid
	_, err := expectedVersion(withHeader("If-Match"), &faults)
	assert.Equal(t, service.CodePreconditionMissing, service.CodeOf(err))
	assert.Zero(t, optionalVersion(withHeader("If-Match"), &faults))
	assert.NoError(t, faults.Err())
}

// A version goes out as an ETag and comes back as the same version.
func TestVersionProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.Int64Min(1).Draw(t, "version")
		answer := httptest.NewRecorder()
		require.NoError(t, writeEntity(answer, withHeader("X"), http.StatusOK, 1, version))
		var faults service.Invalid
		got, err := expectedVersion(withHeader("If-Match", answer.Header().Get("ETag")), &faults)
		require.NoError(t, err)
		require.NoError(t, faults.Err())
		require.Equal(t, version, got)
	})
}

func TestConditionalRequests(t *testing.T) {
	body, version := map[string]string{"a": "<b>"}, int64(3)
	f := newFixture(t, nil, route{method: "GET", pattern: "/thing", handle: func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		return writeEntity(w, r, http.StatusOK, body, version)
	}})
	for _, version = range []int64{3, 0} {
		first := f.as(alice, "GET", "/thing", "")
		tag := first.Header().Get("ETag")
		assert.Equal(t, version == 3, tag == `"3"`)
		assert.Regexp(t, `^("3"|W/"[A-Za-z0-9_-]{22}")$`, tag)
		assert.JSONEq(t, `{"a":"<b>"}`, first.Body.String())
		assert.Equal(t, strconv.Itoa(first.Body.Len()), first.Header().Get("Content-Length"))
		for _, given := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
			if version == 0 && given == "W/"+tag {
				continue
			}
			same := f.as(alice, "GET", "/thing", "", "If-None-Match", given)
			assert.Equal(t, http.StatusNotModified, same.Code, given)
			assert.Empty(t, same.Body.String())
			assert.Empty(t, same.Header().Get("Content-Type"))
			assert.Equal(t, tag, same.Header().Get("ETag"))
			assert.Equal(t, "private, no-cache", same.Header().Get("Cache-Control"))
			assert.Equal(t, []string{"Origin", "Authorization"}, same.Header().Values("Vary"))
		}
		for _, given := range []string{`"4"`, `3`, `W/"x"`, ``} {
			assert.Equal(t, http.StatusOK, f.as(alice, "GET", "/thing", "", "If-None-Match", given).Code, given)
		}
		assert.Equal(t, http.StatusNotModified, f.as(alice, "HEAD", "/thing", "", "If-None-Match", tag).Code)
	}
	version = 0
	before := f.as(alice, "GET", "/thing", "").Header().Get("ETag")
	body = map[string]string{"a": "c"}
	assert.NotEqual(t, before, f.as(alice, "GET", "/thing", "").Header().Get("ETag"))
}

func TestAnswersToWritesAreNotKept(t *testing.T) {
	f := newFixture(t, nil, route{method: "POST", pattern: "/thing", handle: func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		return writeCreated(w, r, "/thing/7", map[string]int{"id": 7}, 1, r.Header.Get("Idempotency-Key") == "again")
	}})
	made := f.as(alice, "POST", "/thing", "{}", "If-None-Match", "*")
	assert.Equal(t, http.StatusCreated, made.Code)
	assert.Equal(t, "/thing/7", made.Header().Get("Location"))
	assert.Equal(t, `"1"`, made.Header().Get("ETag"))
	assert.Equal(t, "no-store", made.Header().Get("Cache-Control"))
	assert.Empty(t, made.Header().Get("Idempotency-Replayed"))
	again := f.as(alice, "POST", "/thing", "{}", "Idempotency-Key", "again")
	assert.Equal(t, http.StatusCreated, again.Code)
	assert.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
}

func TestLists(t *testing.T) {
	list := service.List[int]{}
	f := newFixture(t, nil, route{method: "GET", pattern: "/list", handle: func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		return writeList(w, r, list)
	}})
	assert.Equal(t, `{"items":[]}`, f.as(alice, "GET", "/list", "").Body.String())
	list = service.List[int]{Items: []int{1, 2}, Next: "x"}
	assert.Equal(t, `{"items":[1,2],"next":"x"}`, f.as(alice, "GET", "/list", "").Body.String())
}

func TestBodiesThatCannotBeEncoded(t *testing.T) {
	f := newFixture(t, nil, route{method: "GET", pattern: "/broken", handle: func(w http.ResponseWriter, r *http.Request, _ service.Principal) error {
		return writeEntity(w, r, http.StatusOK, func() {}, 1)
	}})
	answer := f.as(alice, "GET", "/broken", "")
	assert.Equal(t, http.StatusInternalServerError, answer.Code)
	assert.Equal(t, "internal", bodyOf(t, answer)["code"])
}
