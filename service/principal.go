package service

import (
	"context"
	"time"
)

// UserID is the subject of a Supabase token: a UUID in its canonical, lower-case form.
type UserID string

// Scope is what a token lets its bearer do. A token without scopes lets a user do everything that
// is theirs to do.
type Scope string

// The scopes, by resource.
const (
	ScopeProfileRead  Scope = "profile:read"
	ScopeProfileWrite Scope = "profile:write"
	ScopeTripsRead    Scope = "trips:read"
	ScopeTripsWrite   Scope = "trips:write"
	ScopeChatRead     Scope = "chat:read"
	ScopeChatWrite    Scope = "chat:write"
	ScopeSearch       Scope = "search:read"
	ScopeMemoryRead   Scope = "memory:read"
	ScopeMemoryWrite  Scope = "memory:write"
	ScopeKeysRead     Scope = "keys:read"
	ScopeKeysWrite    Scope = "keys:write"
	ScopeRealtime     Scope = "realtime"
)

// Scopes lists them all.
func Scopes() []Scope {
	return []Scope{
		ScopeProfileRead, ScopeProfileWrite, ScopeTripsRead, ScopeTripsWrite, ScopeChatRead, ScopeChatWrite, ScopeSearch,
		ScopeMemoryRead, ScopeMemoryWrite, ScopeKeysRead, ScopeKeysWrite, ScopeRealtime,
	}
}

// Principal is who asks. It comes from a verified token and from nowhere else.
type Principal struct {
	User UserID
	// Email is the token's claim, or "". It is personal data: never log it.
	Email string
	// Claims are the token's claims as JSON. The database reads them in its row level security
	// policies, as Supabase's auth.uid() does.
	Claims []byte
	// Scopes are nil for a token without scopes.
	Scopes map[Scope]bool
	// Expires is when the token ends.
	Expires time.Time
}

// May says whether the token allows what the scope stands for.
func (p Principal) May(scope Scope) bool { return p.Scopes == nil || p.Scopes[scope] }

// Authenticator turns a bearer token into the one who asks. A token that is not good is an Error
// with CodeUnauthenticated; a good one that this API is not meant for has CodeForbidden.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (Principal, error)
}
