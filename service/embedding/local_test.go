package embedding

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

var _ service.Embedder = Local{}

func digest(embeddings ...service.Embedding) string {
	hash := sha256.New()
	for _, e := range embeddings {
		_ = binary.Write(hash, binary.LittleEndian, []float32(e))
	}
	return hex.EncodeToString(hash.Sum(nil)[:12])
}

// Embeddings are stored for years, and are compared with new ones by their name. When this fails,
// either undo the change or give the embedder a new name.
func TestGolden(t *testing.T) {
	assert.Equal(t, "local-1", Local{}.Name())
	for text, want := range map[string]string{
		"":                "373421642a44f7412f4316b0",
		"hotels in Paris": "25b611cae5814ba87b3e5612",
		"São Paulo, Łódź, Gießen – ½ день в Москве":                            "f71d6e130cb135665d6ca81b",
		"東京のホテル 🍣 ผัดไทย":                                                      "58c63059331ee9bbed3e5577",
		"don't 12.5% ﬁrst ＦＵＬＬ İstanbul ΟΔΟΣ हिन्दी عَرَبِي 서울\xff":            "672d9dfaa407b57122348d4e",
		strings.Repeat("the quick brown foxes jumped over lazily dogs. ", 150): "06731579f2be9ca96cc59155",
	} {
		assert.Equal(t, want, digest(embed(text)), "%.60q", text)
	}
}

func assertUnit(t require.TestingT, e service.Embedding) {
	require.Len(t, e, service.Dimensions)
	sum := 0.0
	for _, x := range e {
		sum += float64(x) * float64(x)
	}
	require.False(t, math.IsNaN(sum) || math.IsInf(sum, 0))
	require.InDelta(t, 1, sum, 1e-5)
}

// A text without words is at a right angle to every text with some.
func TestTextWithoutWords(t *testing.T) {
	want := make(service.Embedding, service.Dimensions)
	want[0] = 1
	for _, text := range []string{"", " \t\n", "?!…", "'’'", "\xff\xfe", "\u200d\u0301", "\x00"} {
		assert.Equal(t, want, embed(text), "%q", text)
	}
	assert.Zero(t, cosine(want, embed("a")))
}

func TestSameWords(t *testing.T) {
	for _, same := range [][2]string{
		{"Hotel PARIS", "hotel   paris!"},
		{"São Paulo", "sao paulo"},
		{"Sa\u0303o", "S\u00e3o"},
		{"Tromsø", "tromso"},
		{"Gießen", "GIESSEN"},
		{"don't", "don’t"},
		{"ﬁne ＴＯＫＹＯ", "fine tokyo"},
		{"ΟΔΟΣ", "οδος"},
	} {
		assert.Equal(t, embed(same[0]), embed(same[1]), "%q", same)
	}
}

func TestFormsOfWordsAreNear(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		above float64
	}{
		{"hotels", "hotel", 0.85}, {"hiking", "hikes", 0.6}, {"Rejkjavik", "Reykjavik", 0.1},
		{"Parisian", "Paris", 0.15}, {"vegetarians", "vegetarian", 0.85}, {"東京タワー", "東京", 0.3},
		{"Unterkünfte", "Unterkunft", 0.2},
	} {
		assert.Greater(t, cosine(embed(c.a), embed(c.b)), c.above, "%s, %s", c.a, c.b)
	}
	assert.InDelta(t, 0, cosine(embed("hotel"), embed("peanut")), 0.1)
}

func TestBatchIsInOrder(t *testing.T) {
	both, err := Local{}.Embed(t.Context(), []string{"one", "two"})
	require.NoError(t, err)
	assert.Equal(t, []service.Embedding{embed("one"), embed("two")}, both)
	none, err := Local{}.Embed(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, none)
}

// The order of words matters only for pairs, and case not at all.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		e := embed(text)
		assertUnit(t, e)
		assert.Equal(t, e, embed(text))
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,12}`), 1, 20).Draw(t, "words")
		plain := strings.Join(words, " ")
		assert.Equal(t, embed(plain), embed(strings.ToUpper(strings.Join(words, " - "))))
	})
}

func FuzzEmbed(f *testing.F) {
	f.Add("We liked the hotel near the Eiffel Tower in Paris")
	f.Add("東京のホテル 🍣 ผัดไทย don’t \xff\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		e := embed(text)
		assertUnit(t, e)
		assert.Equal(t, e, embed(strings.Clone(text)))
	})
}

func BenchmarkEmbed(b *testing.B) {
	for name, text := range map[string]string{
		"query":   "hotels in Paris",
		"memory":  "Prefers quiet hotels near the Eiffel Tower in Paris, with a window to the yard and a late breakfast on Sundays",
		"accents": "Präferiert ruhige Hotels nahe dem Eiffelturm in Paris, mit Fenster zum Hof und spätem Frühstück an Sonntagen",
		"8000":    strings.Repeat("Prefers quiet hotels near the Eiffel Tower in Paris. ", 151),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = embed(text)
			}
		})
	}
}
