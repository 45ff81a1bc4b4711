package service

import (
	"context"
	"time"
)

// Trip is a journey of one owner, whom collaborators may help.
type Trip struct {
	ID          int64     `json:"id"`
	Owner       UserID    `json:"user_id"`
	Name        string    `json:"name"`
	Destination string    `json:"destination"`
	StartDate   Date      `json:"start_date"`
	EndDate     Date      `json:"end_date"`
	Notes       string    `json:"notes"`
	BudgetCents *int64    `json:"budget_cents"` // whole cents of Currency
	Currency    string    `json:"currency"`     // ISO 4217
	Version     int64     `json:"version"`      // grows by one with each change
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// TripDraft is what a client decides about a new trip.
type TripDraft struct {
	Name        string `json:"name"`
	Destination string `json:"destination"`
	StartDate   Date   `json:"start_date"`
	EndDate     Date   `json:"end_date"`
	Notes       string `json:"notes"`
	BudgetCents *int64 `json:"budget_cents"`
	Currency    string `json:"currency"` // "" is EUR
}

// TripChange is a change of some fields; nil leaves the field as it is.
type TripChange struct {
	Name        *string `json:"name"`
	Destination *string `json:"destination"`
	StartDate   *Date   `json:"start_date"`
	EndDate     *Date   `json:"end_date"`
	Notes       *string `json:"notes"`
	BudgetCents *int64  `json:"budget_cents"`
	NoBudget    bool    `json:"-"` // takes the budget away; BudgetCents is then nil
	Currency    *string `json:"currency"`
}

// The roles of collaborators.
const (
	RoleViewer = "viewer"
	RoleEditor = "editor"
)

// MaxCollaborators is the most collaborators of one trip.
const MaxCollaborators = 50

// Collaborator is somebody whom the owner lets see a trip, or change it.
type Collaborator struct {
	User    UserID    `json:"user_id"`
	Role    string    `json:"role"`
	AddedAt time.Time `json:"added_at"`
}

// Invitation names a collaborator by user or by email; exactly one of them is set.
type Invitation struct {
	User  UserID `json:"user_id"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

// Trips stores trips. Each method sees only what the principal may see: a trip of somebody else is
// CodeNotFound, and one that the principal may see but not change is CodeForbidden. A version that
// is not the stored one is CodeConflict; version 0 stands for any.
type Trips interface {
	CreateTrip(ctx context.Context, by Principal, once Once, draft TripDraft) (Created[Trip], error)
	// ListTrips has the trips that start latest first.
	ListTrips(ctx context.Context, by Principal, page Page) (List[Trip], error)
	Trip(ctx context.Context, by Principal, id int64) (Trip, error)
	UpdateTrip(ctx context.Context, by Principal, id, version int64, change TripChange) (Trip, error)
	DeleteTrip(ctx context.Context, by Principal, id, version int64) error
	// ShareTrip adds a collaborator or changes the role of one. Only the owner may. Nobody of that
	// name is CodeUserUnknown, too many collaborators CodeTooMany.
	ShareTrip(ctx context.Context, by Principal, id int64, invitation Invitation) (Collaborator, error)
	Collaborators(ctx context.Context, by Principal, id int64) ([]Collaborator, error)
	// UnshareTrip is for the owner, and for collaborators who leave.
	UnshareTrip(ctx context.Context, by Principal, id int64, user UserID) error
}
