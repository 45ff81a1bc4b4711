package embedding

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/tripsage/infrastructure/service"
)

const (
	// longestStem bounds the words that are looked up and stemmed; longer ones are no English words.
	longestStem = 32
	// longestGrams bounds the runes of a word that n-grams are made of.
	longestGrams = 64
	// gramShare is the weight of all n-grams of a word together, in percent of the word's.
	gramShare = 90
	// pairShare is the weight of two words in a row, in percent of the lighter one's.
	pairShare = 30
	// letterPairShare is the same where letters stand alone, so that pairs are what words would be.
	letterPairShare = 100
)

// Local makes embeddings in this process, of words and parts of words: see the package's comment
// for what it can do and what it cannot.
type Local struct{}

// Name changes whenever the embedding of any text does.
func (Local) Name() string { return "local-1" }

// Embed never fails.
func (Local) Embed(_ context.Context, texts []string) ([]service.Embedding, error) {
	out := make([]service.Embedding, len(texts))
	for i, text := range texts {
		out[i] = embed(text)
	}
	return out, nil
}

// unit is a word, or two in a row, at one place of a text.
type unit struct {
	hash     uint64
	weight   int64
	from, to int // the word's place, for its n-grams; empty when it has none
}

func embed(text string) service.Embedding {
	var runeSpace [512]rune
	var unitSpace [128]unit
	folded := fold(runeSpace[:0], text)
	units := collect(unitSpace[:0], folded)
	slices.SortFunc(units, func(a, b unit) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.from, b.from)) })
	var sum vector
	for len(units) > 0 {
		count := 1
		for count < len(units) && units[count].hash == units[0].hash {
			count++
		}
		first := units[0]
		weight := dampened(first.weight, count)
		sum.add(first.hash, weight)
		addGrams(&sum, folded[first.from:first.to], weight)
		units = units[count:]
	}
	return sum.unit()
}

// collect finds the words and the pairs of words. Words that say nothing are in no pair: "hotel in
// Paris" has the pair of "Paris hotel", the other way around.
func collect(units []unit, text []rune) []unit {
	before := unit{}
	eachWord(text, func(from, to int, kind class) {
		word := unit{from: from, to: to}
		word.hash, word.weight = identify(text[from:to])
		share := int64(pairShare)
		if kind == alone {
			share, word.to = letterPairShare, from
		}
		units = append(units, word)
		if word.weight == empty {
			return
		}
		if before.weight > 0 {
			// The sum does not depend on the order.
			units = append(units, unit{hash: startPair ^ (mixed(before.hash) + mixed(word.hash)),
				weight: min(before.weight, word.weight) * share / 100})
		}
		before = word
	})
	return units
}

// identify returns the hash of the word's stem, and the word's weight.
func identify(word []rune) (hash uint64, weight int64) {
	hash, weight = startWord, ordinary
	if len(word) > longestStem {
		for _, r := range word {
			hash = hashed(hash, r)
		}
		return hash, weight
	}
	var space [longestStem]byte
	letters := space[:0]
	for _, r := range word {
		hash = hashed(hash, r)
		if r < 0x80 {
			letters = append(letters, byte(r))
		}
	}
	if len(letters) < len(word) {
		return hash, weight
	}
	weight, hash = weightOf(letters), startWord
	for _, c := range stem(letters) {
		hash = hashed(hash, rune(c))
	}
	return hash, weight
}

// addGrams adds all runs of three and of four letters, with the word's borders as letters, so that
// forms of a word and typing errors are near to it. Together they weigh the same in long and short
// words.
func addGrams(sum *vector, word []rune, weight int64) {
	if len(word) == 0 {
		return
	}
	word = word[:min(len(word), longestGrams)]
	var space [longestGrams + 2]rune
	letters := append(space[:0], wordBorder)
	letters = append(append(letters, word...), wordBorder)
	count := len(letters) - 2 + max(len(letters)-3, 0)
	each := int64(float64(weight) * gramShare / 100 / math.Sqrt(float64(count)))
	for i := range len(letters) - 2 {
		hash := hashed(hashed(hashed(startGram, letters[i]), letters[i+1]), letters[i+2])
		sum.add(hash, each)
		if i+3 < len(letters) {
			sum.add(hashed(hash, letters[i+3]), each)
		}
	}
}
