package postgres

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

const model = "test-model"

// at is a unit vector of the plane of the first two dimensions.
func at(degrees float64) service.Embedding {
	embedding := make(service.Embedding, service.Dimensions)
	embedding[0] = float32(math.Cos(degrees * math.Pi / 180))
	embedding[1] = float32(math.Sin(degrees * math.Pi / 180))
	return embedding
}

func (s stand) remember(t testing.TB, by service.Principal, content string, embedding service.Embedding) service.Memory {
	t.Helper()
	made, err := s.AddMemory(t.Context(), by, service.Once{}, service.MemoryDraft{Content: content}, model, embedding)
	require.NoError(t, err)
	return made.Value
}

func testMemories(t *testing.T, s stand) {
	by := someone()
	nothing, err := s.SearchMemories(t.Context(), by, model, at(0), 10)
	require.NoError(t, err)
	assert.NotNil(t, nothing)
	assert.Empty(t, nothing)

	made, err := s.AddMemory(t.Context(), by, service.Once{},
		service.MemoryDraft{Content: "likes trains", Metadata: json.RawMessage(`{"from":"chat"}`)}, model, at(10))
	require.NoError(t, err)
	trains := made.Value
	assert.Equal(t, service.Memory{
		ID: trains.ID, Content: "likes trains", Metadata: json.RawMessage(`{"from": "chat"}`), CreatedAt: trains.CreatedAt,
	}, trains)
	fish, opposite := s.remember(t, by, "no fish", at(60)), s.remember(t, by, "opposite", at(180))
	_, err = s.AddMemory(t.Context(), by, service.Once{}, service.MemoryDraft{Content: "of another model"}, "other-model", at(0))
	require.NoError(t, err)

	found, err := s.SearchMemories(t.Context(), by, model, at(0), 10)
	require.NoError(t, err)
	require.Len(t, found, 3, "of the one model only")
	assert.Equal(t, []service.Memory{trains, fish, opposite}, []service.Memory{found[0].Memory, found[1].Memory, found[2].Memory})
	for i, want := range []float64{math.Cos(10 * math.Pi / 180), 0.5, -1} {
		assert.InDelta(t, want, found[i].Similarity, 1e-6)
	}
	found, err = s.SearchMemories(t.Context(), by, model, at(179), 1)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, opposite, found[0].Memory)

	require.NoError(t, s.DeleteMemory(t.Context(), by, trains.ID))
	codeIs(t, service.CodeNotFound, s.DeleteMemory(t.Context(), by, trains.ID))
	found, err = s.SearchMemories(t.Context(), by, model, at(0), 10)
	require.NoError(t, err)
	assert.Len(t, found, 2)

	for name, embedding := range map[string]service.Embedding{
		"none": nil, "short": at(0)[:3], "long": append(at(0), 0), "not a number": {float32(math.NaN())},
	} {
		_, err = s.AddMemory(t.Context(), by, service.Once{}, service.MemoryDraft{Content: "x"}, model, embedding)
		assert.Equal(t, service.CodeInvalid, service.CodeOf(err), "%s: %v", name, err)
		_, err = s.SearchMemories(t.Context(), by, model, embedding, 10)
		assert.Equal(t, service.CodeInvalid, service.CodeOf(err), "%s: %v", name, err)
	}
}

func testMemoriesOfOthers(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	memory := s.remember(t, owner, "a secret", at(0))
	found, err := s.SearchMemories(t.Context(), stranger, model, at(0), 50)
	require.NoError(t, err)
	assert.Empty(t, found)
	codeIs(t, service.CodeNotFound, s.DeleteMemory(t.Context(), stranger, memory.ID))
	found, err = s.SearchMemories(t.Context(), owner, model, at(0), 50)
	require.NoError(t, err)
	assert.Len(t, found, 1)
}
