package embedding

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

// cosine is for unit vectors.
func cosine(a, b service.Embedding) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func fileLines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// score counts in how many searches the right memory is first, and among the first three.
type score struct{ queries, first, third int }

type labelled struct{ group, query, memory string }

// labels reads the searches, and all memories that there are: those that are searched for, and
// some that never are.
func labels(t *testing.T) (searches []labelled, memories []string) {
	t.Helper()
	memories = fileLines(t, "testdata/distractors.txt")
	for _, line := range fileLines(t, "testdata/labelled.tsv") {
		parts := strings.Split(line, "\t")
		require.Len(t, parts, 3)
		searches = append(searches, labelled{parts[0], parts[1], parts[2]})
		if !slices.Contains(memories, parts[2]) {
			memories = append(memories, parts[2])
		}
	}
	return searches, memories
}

// measure searches with an exact scan and scores each group of searches.
func measureQuality(t *testing.T, searches []labelled, memories []string) map[string]score {
	t.Helper()
	embedded, err := Local{}.Embed(t.Context(), memories)
	require.NoError(t, err)
	scores := map[string]score{}
	for _, search := range searches {
		near := embed(search.query)
		target := cosine(near, embedded[slices.Index(memories, search.memory)])
		rank := 0
		for _, other := range embedded {
			if cosine(near, other) > target {
				rank++
			}
		}
		s := scores[search.group]
		s.queries++
		if rank == 0 {
			s.first++
		}
		if rank < 3 {
			s.third++
		}
		scores[search.group] = s
	}
	return scores
}

// The searches were written before the weights were chosen. The first group shares a word with its
// memory, in some form; the second means the same in other words, which is what this embedder
// cannot see. The package's comment quotes the numbers.
func TestQuality(t *testing.T) {
	searches, memories := labels(t)
	assert.Len(t, memories, 56)
	assert.Equal(t, map[string]score{"same": {34, 34, 34}, "other": {16, 1, 4}},
		measureQuality(t, searches, memories))
}

// Words that share dimensions by chance must not drown those that are searched for: here come
// 5,000 memories of made-up words on top.
func TestQualityAmongMany(t *testing.T) {
	searches, memories := labels(t)
	random := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ba de ki lo mu na pe ri so tu va we xi yo zu cha sto pri len gar")
	for range 5000 {
		var memory strings.Builder
		for range 8 {
			for range 2 + random.IntN(3) {
				memory.WriteString(syllables[random.IntN(len(syllables))])
			}
			memory.WriteByte(' ')
		}
		memories = append(memories, memory.String())
	}
	assert.Equal(t, score{34, 33, 34}, measureQuality(t, searches, memories)["same"])
}

func TestNearAndFar(t *testing.T) {
	query := embed("hotels in Paris")
	hotel := cosine(query, embed("We liked the hotel near the Eiffel Tower in Paris"))
	peanuts := cosine(query, embed("allergic to peanuts"))
	assert.Greater(t, hotel, 0.4)
	assert.Less(t, peanuts, 0.1)
}
