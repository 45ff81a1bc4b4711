package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func cents(n int64) *int64 { return &n }

var lisbon = Destination{
	ID: 7, Name: "Lisbon", Country: "Portugal", DailyCostCents: 10_000,
	Season: []int{80, 80, 90, 100, 110, 120, 140, 150, 120, 100, 80, 90},
}

func tripTo(first, last Date, currency string) Trip {
	return Trip{ID: 1, StartDate: first, EndDate: last, Currency: currency}
}

func TestAverageEstimate(t *testing.T) {
	trip := tripTo(NewDate(2026, 7, 30), NewDate(2026, 8, 2), "EUR")
	items := []Item{{CostCents: cents(2500)}, {}, {CostCents: cents(1)}}
	got := NewEstimate(trip, items, &lisbon, false)
	assert.Equal(t, Estimate{
		Method: EstimateAverage, Days: 4,
		Destination: &EstimatePlace{ID: 7, Name: "Lisbon", Country: "Portugal"},
		Living:      &Amount{Currency: "EUR", Cents: 40_000},
		Items:       Amount{Currency: "EUR", Cents: 2501},
		Total:       &Amount{Currency: "EUR", Cents: 42_501},
	}, got)
}

func TestSeasonalEstimate(t *testing.T) {
	trip := tripTo(NewDate(2026, 7, 30), NewDate(2026, 8, 2), "EUR")
	got := NewEstimate(trip, []Item{{CostCents: cents(1000)}}, &lisbon, true)
	assert.Equal(t, EstimateSeasonal, got.Method)
	require.NotNil(t, got.Living)
	assert.Equal(t, int64(2*14_000+2*15_000), got.Living.Cents)
	// July is between June (120) and August (150), August between July and September (120).
	assert.Equal(t, int64((2*12_000+2*12_000)*90/100), *got.Living.Low)
	assert.Equal(t, int64((2*15_000+2*15_000)*110/100), *got.Living.High)
	assert.Equal(t, got.Living.Cents+1000, got.Total.Cents)
	assert.Equal(t, *got.Living.Low+1000, *got.Total.Low)
	assert.Equal(t, *got.Living.High+1000, *got.Total.High)
}

func TestNewYearIsNextToDecember(t *testing.T) {
	place := Destination{DailyCostCents: 100, Season: []int{300, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 200}}
	got := NewEstimate(tripTo(NewDate(2026, 12, 31), NewDate(2026, 12, 31), "EUR"), nil, &place, true)
	assert.Equal(t, int64(200), got.Living.Cents)
	assert.Equal(t, int64(330), *got.Living.High)
	assert.Equal(t, int64(1), *got.Living.Low, "0.9 rounds up")
}

func TestEstimateWithoutWhatItNeeds(t *testing.T) {
	trip := tripTo(NewDate(2026, 7, 1), NewDate(2026, 7, 1), "USD")
	unknown := NewEstimate(trip, []Item{{CostCents: cents(5)}}, nil, true)
	assert.Nil(t, unknown.Destination)
	assert.Nil(t, unknown.Living)
	assert.Nil(t, unknown.Total)
	assert.Equal(t, Amount{Currency: "USD", Cents: 5}, unknown.Items)
	foreign := NewEstimate(trip, nil, &lisbon, true)
	assert.NotNil(t, foreign.Living)
	assert.Nil(t, foreign.Total, "dollars and euros do not add up")
}

// TestEstimateProperty: the range holds the estimate, a season that never changes gives the
// average, and a trip costs what its two halves cost.
func TestEstimateProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := NewDate(2000, 1, 1+rapid.IntRange(0, 20_000).Draw(t, "first day"))
		days := rapid.IntRange(2, 800).Draw(t, "days")
		last := NewDate(2000, 1, 1+NewDate(2000, 1, 1).DaysTo(first)+days-1)
		place := Destination{
			DailyCostCents: 100 * rapid.Int64Range(0, 100_000).Draw(t, "euros a day"),
			Season:         rapid.SliceOfN(rapid.IntRange(10, 400), 12, 12).Draw(t, "season"),
		}
		estimate := func(first, last Date, seasonal bool) Estimate {
			return NewEstimate(tripTo(first, last, "EUR"), nil, &place, seasonal)
		}
		whole := estimate(first, last, true)
		require.Equal(t, days, whole.Days)
		require.LessOrEqual(t, *whole.Living.Low, whole.Living.Cents)
		require.GreaterOrEqual(t, *whole.Living.High, whole.Living.Cents)
		require.Equal(t, whole.Living, whole.Total)

		middle := Date{first.Time().AddDate(0, 0, rapid.IntRange(1, days-1).Draw(t, "cut"))}
		before := Date{middle.Time().Add(-24 * time.Hour)}
		require.Equal(t, whole.Living.Cents,
			estimate(first, before, true).Living.Cents+estimate(middle, last, true).Living.Cents)

		place.Season = []int{100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}
		require.Equal(t, estimate(first, last, false).Living.Cents, estimate(first, last, true).Living.Cents)
		place.Season = nil
		require.Equal(t, estimate(first, last, false).Living.Cents, estimate(first, last, true).Living.Cents)
	})
}
