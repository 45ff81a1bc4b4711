package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestPages(t *testing.T) {
	for query, want := range map[string]service.Page{
		"": {Limit: 20}, "limit=1": {Limit: 1}, "limit=100&after=eyJpZCI6MX0": {Limit: 100, After: "eyJpZCI6MX0"},
		"after=" + strings.Repeat("x", 512): {Limit: 20, After: strings.Repeat("x", 512)}, "utm_source=mail&after=": {Limit: 20},
	} {
		var faults service.Invalid
		assert.Equal(t, want, pageOf(httptest.NewRequest(http.MethodGet, "/?"+query, nil), &faults), query)
		assert.NoError(t, faults.Err(), query)
	}
	for query, want := range map[string][]string{
		"limit=0": {"query.limit"}, "limit=101": {"query.limit"}, "limit=-1": {"query.limit"}, "limit=": {"query.limit"}, "limit=1.0": {"query.limit"},
		"limit=ten": {"query.limit"}, "limit=99999999999999999999": {"query.limit"}, "limit=999999999999999999999": {"query.limit"}, "limit=1&limit=2": {"query.limit"},
		"after=a&after=b": {"query.after"}, "after=" + strings.Repeat("x", 513): {"query.after"}, "after=%00": {"query.after"}, "after=%ff": {"query.after"},
		"limit=0&after=%ff": {"query.limit", "query.after"}, "limit=%zz": {"query"}, "a;b": {"query"},
	} {
		var faults service.Invalid
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		pageOf(r, &faults)
		var fields []string
		for _, fault := range faults.Faults {
			fields = append(fields, fault.Field)
		}
		for _, field := range want {
			assert.Contains(t, fields, field, query)
		}
	}
}

func TestPathValues(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for text, want := range map[string]int64{"1": 1, "9223372036854775807": 9223372036854775807} {
		var faults service.Invalid
		r.SetPathValue("id", text)
		assert.Equal(t, want, pathID(r, "id", &faults))
		assert.NoError(t, faults.Err())
	}
	for _, text := range []string{"", "0", "-1", "+1", "01", "1.0", "1e3", " 1", "x", "9223372036854775808", "1' or '1'='1", "١"} {
		var faults service.Invalid
		r.SetPathValue("id", text)
		assert.Zero(t, pathID(r, "id", &faults))
		require.Len(t, faults.Faults, 1, text)
		assert.Equal(t, "path.id", faults.Faults[0].Field)
	}
	for text, want := range map[string]service.UserID{string(alice): alice, strings.ToUpper(string(alice)): alice, "alice": "", "": "", "{" + string(alice) + "}": "", "urn:uuid:" + string(alice): ""} {
		var faults service.Invalid
		r.SetPathValue("user", text)
		assert.Equal(t, want, pathUser(r, "user", &faults), text)
		assert.Equal(t, want == "", faults.Err() != nil, text)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "limit=20&after=x", "limit=%zz", "limit=1;after=2", "limit[]=1", "=", "%00=%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var faults service.Invalid
		page := pageOf(&http.Request{URL: &url.URL{RawQuery: raw}}, &faults)
		require.GreaterOrEqual(t, page.Limit, 1)
		require.LessOrEqual(t, page.Limit, service.MaxPage)
		require.LessOrEqual(t, len([]rune(page.After)), maxCursor)
		require.NotContains(t, page.After, "\x00")
	})
}
