package main

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func count(s, chars string) int {
	n := 0
	for _, r := range s {
		if strings.ContainsRune(chars, r) {
			n++
		}
	}
	return n
}

// Whatever the settings: the length is exact, minimums hold, and no character
// comes from a class that is neither used nor has a minimum.
func TestGenerateKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := []class{{chars: numericChars}, {chars: lowerChars}, {chars: upperChars}, {chars: specialChars}}
		sum := 0
		for i := range classes {
			classes[i].use = rapid.Bool().Draw(t, "use")
			classes[i].min = rapid.IntRange(0, 5).Draw(t, "min")
			sum += classes[i].min
		}
		classes[rapid.IntRange(0, 3).Draw(t, "one class in use")].use = true
		length := sum + rapid.IntRange(0, 40).Draw(t, "extra")

		got, err := generate(rand.Reader, length, classes)

		require.NoError(t, err)
		assert.Len(t, got, length)
		for _, c := range classes {
			n := count(got, c.chars)
			assert.GreaterOrEqual(t, n, c.min, "%q in %q", c.chars, got)
			if !c.use {
				assert.Equal(t, c.min, n, "%q in %q", c.chars, got)
			}
		}
	})
}

// Chi-squared over a large draw: 62 characters, so 61 degrees of freedom; a
// sound generator is above 120 less than once in 100 000 runs.
func TestGenerateIsEven(t *testing.T) {
	const chars = lowerChars + upperChars + numericChars
	const n = 62 * 2000
	got, err := generate(rand.Reader, n, []class{{chars: chars, use: true}})
	require.NoError(t, err)

	var chi float64
	for _, c := range chars {
		d := float64(strings.Count(got, string(c))) - 2000
		chi += d * d / 2000
	}
	assert.Less(t, chi, 120.0)
	assert.Greater(t, chi, 20.0, "more even than chance allows")
}

// The minimum characters are drawn first; the shuffle must hide that.
func TestGeneratePutsMinimumsAnywhere(t *testing.T) {
	var positions [8]int
	for range 4000 {
		got, err := generate(rand.Reader, 8, []class{
			{chars: numericChars, min: 1},
			{chars: lowerChars, use: true},
		})
		require.NoError(t, err)
		positions[strings.IndexAny(got, numericChars)]++
	}
	for i, n := range positions {
		assert.InDelta(t, 500, n, 150, "position %d", i)
	}
}

func TestGenerateReportsFaults(t *testing.T) {
	broken := errors.New("no entropy")
	_, err := generate(iotest.ErrReader(broken), 4, []class{{chars: lowerChars, use: true}})
	require.ErrorIs(t, err, broken)

	_, err = generate(rand.Reader, 4, []class{{chars: lowerChars}})
	require.EqualError(t, err, "no characters to choose 4 from")
}
