package apitest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// detour is a day whose planned order is not the shortest: east, west, east, west of the castle.
var detour = []string{"-9.10", "-9.16", "-9.11", "-9.17"}

// TestFeatures: two processes of one site, one with all features. They share their caches, as pods do
// in the middle of a release.
func TestFeatures(t *testing.T) {
	s := newSite(t)
	names := []string{"enable_new_search_algorithm", "enable_price_prediction", "enable_alternative_routes"}
	plain := s.start(t)
	rich := s.start(t, "FEATURE_NEW_SEARCH=true", "FEATURE_PRICE_PREDICTION=true", "FEATURE_ALTERNATIVE_ROUTES=true")
	for a, on := range map[*api]bool{plain: false, rich: true} {
		features := a.with("").do(t, "GET", "/health/detailed", "").is(t, 200).json(t)["features"]
		assert.Equal(t, map[string]any{names[0]: on, names[1]: on, names[2]: on}, features)
	}

	ada := someone("ada")
	before, after := plain.as(ada), rich.as(ada)
	trip := "/trips/" + before.make(t, "/trips", aTrip)
	for _, longitude := range detour {
		before.make(t, trip+"/items", `{"day":"2026-11-27","kind":"activity","title":"Stop","latitude":38.7,"longitude":`+longitude+`}`)
	}
	day := func(c *client) map[string]any {
		return c.do(t, "GET", trip+"/route", "").is(t, 200).json(t)["days"].([]any)[0].(map[string]any)
	}
	assert.NotContains(t, day(before), "alternatives")
	assert.NotEmpty(t, day(after)["alternatives"])

	average := before.do(t, "GET", trip+"/estimate", "").is(t, 200).json(t)
	assert.Equal(t, "average", average["method"])
	assert.NotContains(t, average["living"], "low_cents")
	seasonal := after.do(t, "GET", trip+"/estimate", "").is(t, 200).json(t)
	assert.Equal(t, "seasonal", seasonal["method"])
	assert.Contains(t, seasonal["living"], "low_cents")

	// One word of two is enough for the new search only. Asked twice, so that both answers are kept.
	for range 2 {
		assert.Empty(t, before.do(t, "GET", "/search/destinations?q=beach+zzzzzzzz", "").is(t, 200).items(t))
		found := after.do(t, "GET", "/search/destinations?q=beach+zzzzzzzz", "").is(t, 200).items(t)
		require.NotEmpty(t, found)
		assert.Contains(t, found[0], "score")
	}
}
