package service

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Cities at the distances that any atlas gives, and half of a great circle: π times the radius.
func TestMetresBetweenKnownPlaces(t *testing.T) {
	paris, london := Place{48.8566, 2.3522}, Place{51.5074, -0.1278}
	sydney, santiago := Place{-33.8688, 151.2093}, Place{-33.4489, -70.6693}
	assert.InDelta(t, 343_556, paris.MetresTo(london), 100)
	assert.InDelta(t, 11_340_000, sydney.MetresTo(santiago), 20_000, "over the date line")
	assert.Equal(t, int64(20_015_114), Place{90, 0}.MetresTo(Place{-90, 77}), "half of a meridian")
	assert.Equal(t, int64(20_015_114), Place{0, 0}.MetresTo(Place{0, 180}))
	assert.Zero(t, Place{0, 180}.MetresTo(Place{0, -180}), "the same meridian")
	assert.Zero(t, paris.MetresTo(paris))
}

func drawPlaces(most int) *rapid.Generator[[]Place] {
	return rapid.Custom(func(t *rapid.T) []Place {
		// Few different coordinates make equal places and equal distances likely.
		spread := rapid.SampledFrom([]float64{0.001, 1, 90}).Draw(t, "spread")
		place := rapid.Custom(func(t *rapid.T) Place {
			return Place{
				Latitude:  spread * float64(rapid.IntRange(-8, 8).Draw(t, "latitude")) / 8,
				Longitude: 2 * spread * float64(rapid.IntRange(-8, 8).Draw(t, "longitude")) / 8,
			}
		})
		return rapid.SliceOfN(place, 0, most).Draw(t, "places")
	})
}

func ordered(places []Place, order []int) (sum int64) { return distances(places).length(order) }

// TestShortOrderProperty: a permutation, never longer than what was planned, with its ends where
// they were if asked, the same each time, and one that reversing a part cannot mend.
func TestShortOrderProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := drawPlaces(14).Draw(t, "day")
		keepEnds := rapid.Bool().Draw(t, "keep ends")
		order := ShortOrder(places, keepEnds)

		planned := make([]int, len(places))
		for i := range planned {
			planned[i] = i
		}
		sorted := slices.Clone(order)
		slices.Sort(sorted)
		require.Equal(t, planned, sorted)
		require.LessOrEqual(t, ordered(places, order), ordered(places, planned))
		require.Equal(t, order, ShortOrder(slices.Clone(places), keepEnds))
		first, last := 0, len(order)-1
		if keepEnds && last > 0 {
			require.Equal(t, 0, order[0])
			require.Equal(t, last, order[last])
			first, last = 1, last-1
		}
		for i := first; i <= last; i++ {
			for j := i + 1; j <= last; j++ {
				reversed := slices.Clone(order)
				slices.Reverse(reversed[i : j+1])
				require.GreaterOrEqual(t, ordered(places, reversed), ordered(places, order))
			}
		}
	})
}

// TestShortOrderNearOptimum compares with all orders of few places: usually the shortest, and
// never half as long again.
func TestShortOrderNearOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := drawPlaces(7).Draw(t, "day")
		shortest := int64(-1)
		order := make([]int, len(places))
		for i := range order {
			order[i] = i
		}
		permutations(order, 0, func(o []int) {
			if l := ordered(places, o); shortest < 0 || l < shortest {
				shortest = l
			}
		})
		found := ordered(places, ShortOrder(places, false))
		require.GreaterOrEqual(t, found, shortest)
		require.LessOrEqual(t, found, shortest+shortest/2)
	})
}

func permutations(order []int, from int, visit func([]int)) {
	if from >= len(order) {
		visit(order)
		return
	}
	for i := from; i < len(order); i++ {
		order[from], order[i] = order[i], order[from]
		permutations(order, from+1, visit)
		order[from], order[i] = order[i], order[from]
	}
}

// item is at a place on the equator, some degrees east.
func item(id int64, day Date, degrees float64) Item {
	return Item{ID: id, Day: day, Title: "stop", Kind: "activity", Latitude: new(float64), Longitude: &degrees}
}

func ids(stops []Stop) (all []int64) {
	for _, stop := range stops {
		all = append(all, stop.Item)
	}
	return all
}

func TestRouteOfATrip(t *testing.T) {
	first, second := NewDate(2026, 7, 1), NewDate(2026, 7, 2)
	items := []Item{
		item(1, first, 0), item(2, first, 3), item(3, first, 1), item(4, first, 2),
		{ID: 5, Day: first, Title: "no place"},
		item(6, second, 2), item(7, second, 3),
	}
	degree := Place{}.MetresTo(Place{0, 1})
	plain := NewRoute(items, false)
	require.Len(t, plain.Days, 2)
	assert.Equal(t, 1, plain.Placeless)
	assert.Equal(t, []int64{1, 2, 3, 4}, ids(plain.Days[0].Stops))
	assert.Zero(t, plain.Days[0].Stops[0].Metres)
	assert.InDelta(t, 6*degree, plain.Days[0].Metres, 3)
	assert.InDelta(t, degree, plain.Days[1].Metres, 3)
	assert.Equal(t, plain.Days[0].Metres+plain.Days[1].Metres, plain.Metres)
	assert.Nil(t, plain.Days[0].Alternatives, "nobody asked")

	with := NewRoute(items, true)
	assert.Equal(t, plain.Days[0].Stops, with.Days[0].Stops, "the plan stays the plan")
	require.Len(t, with.Days[0].Alternatives, 2)
	ends, anything := with.Days[0].Alternatives[0], with.Days[0].Alternatives[1]
	assert.Equal(t, KeepsEnds, ends.Keeps)
	assert.Equal(t, []int64{1, 3, 2, 4}, ids(ends.Stops))
	assert.InDelta(t, 2*degree, ends.Saved, 3)
	assert.Equal(t, KeepsNothing, anything.Keeps)
	assert.Contains(t, [][]int64{{1, 3, 4, 2}, {2, 4, 3, 1}}, ids(anything.Stops))
	assert.Equal(t, with.Days[0].Metres-anything.Metres, anything.Saved)
	assert.NotNil(t, with.Days[1].Alternatives)
	assert.Empty(t, with.Days[1].Alternatives, "two stops cannot be closer")
	assert.Equal(t, Route{Days: []DayRoute{}}, NewRoute(nil, true))
}

func TestDaysOfManyStopsAreLeftAsTheyAre(t *testing.T) {
	day := NewDate(2026, 7, 1)
	var items []Item
	for i := range int64(MaxReordered + 1) {
		items = append(items, item(i+1, day, float64(i*37%MaxReordered)/10))
	}
	assert.Empty(t, NewRoute(items, true).Days[0].Alternatives)
	alternatives := NewRoute(items[:MaxReordered], true).Days[0].Alternatives
	require.NotEmpty(t, alternatives)
	assert.Len(t, alternatives[0].Stops, MaxReordered)
}

func BenchmarkShortOrder(b *testing.B) {
	places := make([]Place, MaxReordered)
	for i := range places {
		places[i] = Place{float64(i * 7919 % 997), float64(i * 104729 % 991)}
	}
	for b.Loop() {
		ShortOrder(places, false)
	}
}
