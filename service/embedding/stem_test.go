package embedding

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The examples are from Porter's paper; some end in another way there because of steps left out.
func TestStem(t *testing.T) {
	for word, want := range map[string]string{
		"caresses": "caress", "ponies": "poni", "ties": "ti", "caress": "caress", "cats": "cat",
		"feed": "feed", "plastered": "plaster", "bled": "bled", "motoring": "motor", "sing": "sing",
		"conflated": "conflat", "troubled": "troubl", "sized": "size", "hopping": "hop", "tanned": "tan",
		"falling": "fall", "hissing": "hiss", "fizzed": "fizz", "failing": "fail", "filing": "file",
		"happy": "happi", "sky": "sky", "probate": "probat", "rate": "rate", "cease": "ceas",
		"hotels": "hotel", "hike": "hike", "hikes": "hike", "hiking": "hike", "parties": "parti", "party": "parti",
		"plane": "plane", "planes": "plane", "planning": "plan", "houses": "hous", "house": "hous",
		"is": "is", "as": "as", "ing": "ing", "ies": "i", "s": "s", "b2bs": "b2bs", "yyys": "yyi",
	} {
		assert.Equal(t, want, string(stem([]byte(word))), word)
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"Don't wake Emma's dogs'": {"dont", "wake", "emmas", "dogs"},
		"rock 'n' roll":           {"rock", "n", "roll"},
		"a-b_c 3.5km":             {"a", "b", "c", "3", "5km"},
		"東京 Tower🍣":               {"東", "京", "tower", "🍣"},
		"हिन्दी":                  {"हिन्दी"},
		"a\xffb":                  {"a", "b"},
	} {
		folded := fold(nil, text)
		var words []string
		eachWord(folded, func(from, to int, _ class) { words = append(words, string(folded[from:to])) })
		assert.Equal(t, want, words, "%q", text)
	}
}

func TestDampened(t *testing.T) {
	assert.EqualValues(t, 4096, dampened(4096, 1))
	assert.EqualValues(t, 6928, dampened(4096, 2), "1+ln 2 = 1.69")
	assert.InDelta(t, 13529, dampened(4096, 10), 250, "1+ln 10 = 3.30")
	assert.InDelta(t, 60682, dampened(4096, 1_000_000), 300, "1+ln 1000000 = 14.8")
}
