package service

import (
	"context"
	"encoding/json"
	"time"
)

// Profile is a user as this service knows one.
type Profile struct {
	ID          UserID          `json:"id"`
	Email       string          `json:"email"`
	Name        string          `json:"name"`
	Preferences json.RawMessage `json:"preferences"` // a JSON object, the frontend's own
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

// ProfileDraft is what users decide about themselves.
type ProfileDraft struct {
	Name        string          `json:"name"`
	Preferences json.RawMessage `json:"preferences"`
}

// Profiles stores users. The first request of a new user makes the profile.
type Profiles interface {
	Profile(ctx context.Context, by Principal) (Profile, error)
	ReplaceProfile(ctx context.Context, by Principal, draft ProfileDraft) (Profile, error)
}
