package service

import (
	"context"
	"time"
)

// APIKey is a key of a user for somebody else's service ("bring your own key"). The key itself
// goes in and never comes out again over HTTP.
type APIKey struct {
	ID        int64     `json:"id"`
	Provider  string    `json:"provider"`
	Name      string    `json:"name"`
	Hint      string    `json:"hint"` // its last four characters, for people who have several
	CreatedAt time.Time `json:"created_at"`
}

// KeyProviders are the services that keys may be for.
func KeyProviders() []string {
	return []string{"openai", "anthropic", "google_maps", "amadeus", "duffel", "openweather"}
}

// SealedKey is what is stored.
type SealedKey struct {
	Provider, Name, Hint string
	Sealed               []byte // from a Sealer, with Binding as what it is bound to
}

// Binding ties a sealed key to its row, so that one that is copied elsewhere does not open.
func (k SealedKey) Binding(user UserID) []byte {
	return []byte("api_keys\x00" + string(user) + "\x00" + k.Provider + "\x00" + k.Name)
}

// Sealer encrypts with authentication. What was sealed under one binding opens under no other.
type Sealer interface {
	Seal(plain, binding []byte) ([]byte, error)
	Open(sealed, binding []byte) ([]byte, error)
}

// APIKeys stores keys. Adding, replacing and deleting one leaves a row in the audit log, in the same
// transaction.
type APIKeys interface {
	// PutAPIKey adds a key, or replaces the user's key of that provider and name.
	PutAPIKey(ctx context.Context, by Principal, key SealedKey) (stored APIKey, replaced bool, err error)
	ListAPIKeys(ctx context.Context, by Principal) ([]APIKey, error)
	DeleteAPIKey(ctx context.Context, by Principal, id int64) error
}
