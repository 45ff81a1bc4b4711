package service

import (
	"context"
	"encoding/json"
	"time"
)

// Dimensions is the length of every embedding.
const Dimensions = 384

// Embedding is a unit vector of Dimensions numbers.
type Embedding []float32

// Embedder turns texts into embeddings whose cosine distance is small when the texts mean much
// the same. The result has one embedding for each text, in order. An embedder that cannot answer
// is CodeEmbedderDown, or CodeTimeout.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([]Embedding, error)
	// Name is stored with each memory: embeddings of different models cannot be compared.
	Name() string
}

// Memory is something that the agent should remember about its user.
type Memory struct {
	ID        int64           `json:"id"`
	Content   string          `json:"content"`
	Metadata  json.RawMessage `json:"metadata"` // a JSON object
	CreatedAt time.Time       `json:"created_at"`
}

// MemoryDraft is a new memory.
type MemoryDraft struct {
	Content  string          `json:"content"`
	Metadata json.RawMessage `json:"metadata"` // nil is {}
}

// MemoryMatch is a memory that a search found.
type MemoryMatch struct {
	Memory
	// Similarity is the cosine, from -1 to 1: 1 means the same.
	Similarity float64 `json:"similarity"`
}

// Memories stores memories with their embeddings. Only their user sees them.
type Memories interface {
	AddMemory(ctx context.Context, by Principal, once Once, draft MemoryDraft, model string, embedding Embedding) (Created[Memory], error)
	// SearchMemories has the nearest first. limit is 1 to 50.
	SearchMemories(ctx context.Context, by Principal, model string, near Embedding, limit int) ([]MemoryMatch, error)
	DeleteMemory(ctx context.Context, by Principal, id int64) error
}
