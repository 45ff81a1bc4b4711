package postgres

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func search(t testing.TB, s stand, query service.DestinationQuery) (names []string, found []service.Destination) {
	t.Helper()
	found, err := s.SearchDestinations(t.Context(), query)
	require.NoError(t, err)
	for _, place := range found {
		names = append(names, place.Name)
	}
	return names, found
}

func testDestinations(t *testing.T, s stand) {
	for text, want := range map[string][]string{
		"Paris": {"Paris"}, "paris france": {"Paris"}, "barcelna": {"Barcelona"}, "kyto": {"Kyoto"}, "tokio": {"Tokyo"},
		"germny": {"Berlin", "Munich"}, "zürich": {"Zürich"}, "zurich": {"Zürich"}, "xyzzy": nil, "' or 1=1 --": nil,
		`"`: nil, "& | ! ( :*": nil,
	} {
		names, _ := search(t, s, service.DestinationQuery{Text: text, Limit: 10})
		assert.Equal(t, want, names, "%q", text)
	}
	names, found := search(t, s, service.DestinationQuery{Text: "beach", Limit: 50})
	assert.Contains(t, names, "Barcelona")
	assert.NotContains(t, names, "Prague")
	assert.IsNonIncreasing(t, scores(found))
	assert.Positive(t, found[0].Score)

	popular, found := search(t, s, service.DestinationQuery{Limit: 3})
	assert.Equal(t, []string{"Paris", "London", "New York"}, popular)
	paris := found[0]
	assert.Zero(t, paris.Score)
	assert.Equal(t, "FR", paris.CountryCode)
	assert.InDelta(t, 48.86, paris.Latitude, 0.1)
	assert.InDelta(t, 2.35, paris.Longitude, 0.1)
	assert.Contains(t, paris.Tags, "art")
	assert.Positive(t, paris.DailyCostCents)
	assert.Len(t, paris.Season, 12)
	one, err := s.Destination(t.Context(), paris.ID)
	require.NoError(t, err)
	assert.Equal(t, paris, one)
	_, err = s.Destination(t.Context(), -1)
	codeIs(t, service.CodeNotFound, err)
}

func scores(found []service.Destination) []float64 {
	all := make([]float64, len(found))
	for i, place := range found {
		all[i] = place.Score
	}
	return all
}

func testBlendedSearch(t *testing.T, s stand) {
	for text, first := range map[string]string{
		"Paris": "Paris", "barcelna": "Barcelona", "beach in barcelna": "Barcelona", "amstrdam canals": "Amsterdam",
		"beach food": "Barcelona", "germny": "Berlin", "tokio": "Tokyo",
	} {
		names, found := search(t, s, service.DestinationQuery{Text: text, Limit: 5, Blended: true})
		require.NotEmpty(t, names, text)
		assert.Equal(t, first, names[0], "%q", text)
		assert.IsNonIncreasing(t, scores(found))
		assert.LessOrEqual(t, len(names), 5)
	}
	plain, _ := search(t, s, service.DestinationQuery{Text: "beach amstrdam", Limit: 50})
	blended, _ := search(t, s, service.DestinationQuery{Text: "beach amstrdam", Limit: 50, Blended: true})
	assert.Equal(t, []string{"Amsterdam"}, plain, "likeness only, as no place has both words")
	assert.Contains(t, blended, "Amsterdam")
	assert.Contains(t, blended, "Barcelona", "a word and a likeness at once")
	for _, text := range []string{"xyzzy", "the", "'", "a:b & c", `\`} {
		names, _ := search(t, s, service.DestinationQuery{Text: text, Limit: 5, Blended: true})
		assert.Empty(t, names, "%q", text)
	}
	popular, _ := search(t, s, service.DestinationQuery{Limit: 2, Blended: true})
	assert.Equal(t, []string{"Paris", "London"}, popular)
}

func testDestinationNamed(t *testing.T, s stand) {
	for text, want := range map[string]string{
		"Paris": "Paris", "Paris, France": "Paris", "PARIS": "Paris", "New York City": "New York", "a week in Barcelna": "Barcelona",
		"tokio": "Tokyo", "Zurich": "Zürich", "Amsterdam and Bruges": "Amsterdam",
	} {
		place, err := s.DestinationNamed(t.Context(), text)
		if assert.NoError(t, err, text) {
			assert.Equal(t, want, place.Name, "%q", text)
		}
	}
	for _, text := range []string{"", "nowhere at all", "12345", "'; drop table destinations; --"} {
		_, err := s.DestinationNamed(t.Context(), text)
		codeIs(t, service.CodeNotFound, err)
	}
}
