package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

func withCatalogue(c *fakeCatalogue, change func(*Options)) func(*Options) {
	return func(o *Options) {
		o.Destinations = c
		if change != nil {
			change(o)
		}
	}
}

func TestSearchIsCached(t *testing.T) {
	catalogue := &fakeCatalogue{}
	f := newFixture(t, withCatalogue(catalogue, nil))
	first := f.as(alice, http.MethodGet, "/search/destinations?q=lisbon", "")
	require.Equal(t, http.StatusOK, first.Code)
	assert.Contains(t, first.Body.String(), `"name":"Lisbon"`)
	for _, same := range []string{"q=lisbon", "q=LISBON", "q=%20Lisbon%20%09", "q=lisbon&limit=20"} {
		again := f.as(bob, http.MethodGet, "/search/destinations?"+same, "")
		assert.Equal(t, first.Body.Bytes(), again.Body.Bytes(), same)
	}
	assert.Equal(t, []string{"words/20/lisbon"}, catalogue.asked, "once")
	f.as(alice, http.MethodGet, "/search/destinations?q=lisbon&limit=1", "")
	f.as(alice, http.MethodGet, "/search/destinations", "")
	assert.Equal(t, []string{"words/20/lisbon", "words/1/lisbon", "words/20/"}, catalogue.asked)
	count := 0
	for _, event := range f.events.list() {
		if event == "search destinations" {
			count++
		}
	}
	assert.Equal(t, 7, count, "cached or not")
	nothing := f.as(alice, http.MethodGet, "/search/destinations?q=atlantis", "")
	assert.JSONEq(t, `{"items":[]}`, nothing.Body.String())
	assert.NotContains(t, f.logs.String(), "atlantis")
}

// TestNewSearchHasItsOwnAnswers: pods with and without the switch share one cache in a release.
func TestNewSearchHasItsOwnAnswers(t *testing.T) {
	catalogue := &fakeCatalogue{}
	old := newFixture(t, withCatalogue(catalogue, nil))
	blended := newFixture(t, withCatalogue(catalogue, func(o *Options) { o.Cache, o.Features.NewSearch = old.Cache, true }))
	const address = "/search/destinations?q=lisbon"
	assert.Contains(t, old.as(alice, http.MethodGet, address, "").Body.String(), `"score":1`)
	assert.Contains(t, blended.as(alice, http.MethodGet, address, "").Body.String(), `"score":2`)
	assert.Contains(t, old.as(alice, http.MethodGet, address, "").Body.String(), `"score":1`)
	assert.Equal(t, []string{"words/20/lisbon", "blended/20/lisbon"}, catalogue.asked)
}

// TestSearchKeysDiffer: requests share an answer exactly when they ask the same.
func TestSearchKeysDiffer(t *testing.T) {
	query := rapid.Custom(func(t *rapid.T) service.DestinationQuery {
		return service.DestinationQuery{
			Text:    normal(rapid.OneOf(rapid.String(), rapid.StringMatching(`[ab/0-9 ]{0,6}`)).Draw(t, "text")),
			Limit:   rapid.IntRange(1, 50).Draw(t, "limit"),
			Blended: rapid.Bool().Draw(t, "blended"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := query.Draw(t, "a"), query.Draw(t, "b")
		require.Equal(t, a == b, searchKey(a) == searchKey(b))
		require.Equal(t, a.Text, normal(a.Text), "normal text stays")
	})
}

func TestPlacesAreCached(t *testing.T) {
	catalogue := &fakeCatalogue{}
	f := newFixture(t, withCatalogue(catalogue, nil))
	for range 3 {
		assert.Contains(t, f.as(alice, http.MethodGet, "/destinations/2", "").Body.String(), `"tags":[]`, "never null")
		assert.Equal(t, http.StatusNotFound, f.as(alice, http.MethodGet, "/destinations/3", "").Code)
	}
	assert.Len(t, catalogue.asked, 2, "what is there once, what is not there once")
	f.Cache.(*fakeCache).down = true
	assert.Equal(t, http.StatusOK, f.as(alice, http.MethodGet, "/destinations/2", "").Code)
	assert.Equal(t, http.StatusNotFound, f.as(alice, http.MethodGet, "/destinations/3", "").Code)
	assert.Len(t, catalogue.asked, 4)
}

func TestLongSearches(t *testing.T) {
	f := newFixture(t, nil)
	search := func(text string) int {
		return f.as(alice, http.MethodGet, "/search/destinations?q="+url.QueryEscape(text), "").Code
	}
	assert.Equal(t, http.StatusOK, search(strings.Repeat("ß", 200)))
	assert.Equal(t, http.StatusUnprocessableEntity, search(strings.Repeat("ß", 201)))
	assert.Equal(t, http.StatusUnprocessableEntity, search("a\x00b"))
}

// slowStore is a catalogue that does not answer in time.
type slowStore struct{ fakeCatalogue }

func (*slowStore) Destination(context.Context, int64) (service.Destination, error) {
	return service.Destination{}, context.DeadlineExceeded
}

func TestSlowPlacesAreNotCached(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Destinations = &slowStore{} })
	answer := f.as(alice, http.MethodGet, "/destinations/1", "")
	assert.Equal(t, http.StatusGatewayTimeout, answer.Code)
	assert.Equal(t, "timeout", bodyOf(t, answer)["code"])
	assert.Empty(t, f.Cache.(*fakeCache).kept)
}
