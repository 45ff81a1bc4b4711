package postgres

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/servicetest"
)

// clustered makes unit vectors that lie in clusters, as embeddings of texts on a few subjects do.
func clustered(random *rand.Rand, clusters, count int) []service.Embedding {
	centres := make([]service.Embedding, clusters)
	for i := range centres {
		centres[i] = around(random, make(service.Embedding, service.Dimensions), 1)
	}
	all := make([]service.Embedding, count)
	for i := range all {
		all[i] = around(random, centres[random.IntN(clusters)], 0.7)
	}
	return all
}

// around is a unit vector near centre: spread is the length of what is added, against 1 of centre.
func around(random *rand.Rand, centre service.Embedding, spread float64) service.Embedding {
	vector, square := make(service.Embedding, len(centre)), 0.0
	for i := range vector {
		number := float64(centre[i]) + random.NormFloat64()*spread/math.Sqrt(float64(len(centre)))
		vector[i], square = float32(number), square+number*number
	}
	for i := range vector {
		vector[i] /= float32(math.Sqrt(square))
	}
	return vector
}

// fill stores the embeddings as memories of a user, the fast way.
func (s stand) fill(t testing.TB, by service.Principal, embeddings []service.Embedding) {
	t.Helper()
	_, err := s.Profile(t.Context(), by)
	require.NoError(t, err)
	batch := &pgx.Batch{}
	for i, embedding := range embeddings {
		batch.Queue(`insert into memories (user_id, content, model, embedding) values ($1, $2, $3, $4::real[]::vector)`,
			string(by.User), strings.Repeat("x", 1+i%200), model, []float32(embedding))
	}
	require.NoError(t, s.owner.SendBatch(t.Context(), batch).Close())
}

// plan says how a user's search is carried out.
func plan(t testing.TB, s stand, by service.Principal, near service.Embedding, limit int) string {
	t.Helper()
	var lines []string
	read := query("explain "+searchMemories, many(&lines, pgx.RowTo[string]), text(by.User), text(model), vector(near), number(limit))
	require.NoError(t, s.run(t.Context(), work{name: "test", by: &by, vectors: true, statements: []statement{read}}))
	return strings.Join(lines, "\n")
}

// TestRecall compares what the index finds with what looking at every memory finds.
func TestRecall(t *testing.T) {
	s := newStand(t, servicetest.StartPostgres(t), namedStatements)
	random := rand.New(rand.NewPCG(17, 4)) // #nosec G404 -- test data that is the same each time
	all := clustered(random, 50, 5_000)
	many, few := someone(), someone()
	s.fill(t, few, all[:40])
	s.fill(t, many, all[40:])
	s.exec(t, "analyze memories")

	const limit, questions = 10, 200
	near := clustered(random, 50, questions/2)
	for range questions / 2 {
		near = append(near, around(random, all[random.IntN(len(all))], 0.5))
	}
	assert.Regexp(t, "Index Scan using memories_.*embedding", plan(t, s, many, near[0], limit), "the index finds the nearest")
	assert.Regexp(t, "Scan (using|on) memories_user_idx", plan(t, s, few, near[0], limit), "all of this user's are compared")

	for name, tc := range map[string]struct {
		by    service.Principal
		from  []service.Embedding
		least float64
	}{"of a user with 40": {few, all[:40], 1}, "of a user with 4960": {many, all[40:], 0.9}} {
		hits := 0
		for _, question := range near {
			found, err := s.SearchMemories(t.Context(), tc.by, model, question, limit)
			require.NoError(t, err)
			require.Len(t, found, limit)
			require.True(t, slices.IsSortedFunc(found, func(a, b service.MemoryMatch) int { return sign(b.Similarity - a.Similarity) }))
			worst := nearest(tc.from, question, limit)[limit-1]
			for _, match := range found {
				if match.Similarity >= worst-1e-6 {
					hits++
				}
			}
		}
		recall := float64(hits) / float64(questions*limit)
		t.Logf("recall@%d %s memories: %.4f", limit, name, recall)
		assert.GreaterOrEqual(t, recall, tc.least)
	}
}

func sign(x float64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	default:
		return 0
	}
}

// nearest is the exact answer: the similarities of the nearest ones, best first.
func nearest(all []service.Embedding, question service.Embedding, limit int) []float64 {
	similarities := make([]float64, len(all))
	for i, vector := range all {
		for n, number := range vector {
			similarities[i] += float64(number) * float64(question[n])
		}
	}
	slices.SortFunc(similarities, func(a, b float64) int { return sign(b - a) })
	return similarities[:limit]
}
