package postgres

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func testProfiles(t *testing.T, s stand) {
	by := someone()
	made, err := s.Profile(t.Context(), by)
	require.NoError(t, err)
	assert.Equal(t, service.Profile{
		ID: by.User, Email: by.Email, Preferences: json.RawMessage(`{}`), CreatedAt: made.CreatedAt, UpdatedAt: made.CreatedAt,
	}, made)
	again, err := s.Profile(t.Context(), by)
	require.NoError(t, err)
	assert.Equal(t, made, again, "reading changes nothing")

	draft := service.ProfileDraft{Name: "Zoë", Preferences: json.RawMessage(`{"seat": "aisle"}`)}
	replaced, err := s.ReplaceProfile(t.Context(), by, draft)
	require.NoError(t, err)
	assert.Equal(t, service.Profile{
		ID: by.User, Email: by.Email, Name: "Zoë", Preferences: json.RawMessage(`{"seat": "aisle"}`),
		CreatedAt: made.CreatedAt, UpdatedAt: replaced.UpdatedAt,
	}, replaced)

	moved := by
	moved.Email = "new-" + by.Email
	moved.Claims = []byte(`{"sub":"` + string(by.User) + `","email":"` + moved.Email + `"}`)
	seen, err := s.Profile(t.Context(), moved)
	require.NoError(t, err)
	assert.Equal(t, moved.Email, seen.Email, "the token's email is the current one")
	assert.Equal(t, "Zoë", seen.Name)

	without := by
	without.Email, without.Claims = "", []byte(`{"sub":"`+string(by.User)+`"}`)
	seen, err = s.Profile(t.Context(), without)
	require.NoError(t, err)
	assert.Equal(t, moved.Email, seen.Email, "reading takes none away")
	seen, err = s.ReplaceProfile(t.Context(), without, service.ProfileDraft{})
	require.NoError(t, err)
	assert.Empty(t, seen.Email, "nothing is written beside an email that is not the token's")
	assert.Empty(t, seen.Name)
	assert.JSONEq(t, `{}`, string(seen.Preferences))

	anonymous := someone()
	anonymous.Email, anonymous.Claims = "", []byte(`{"sub":"`+string(anonymous.User)+`","is_anonymous":true}`)
	seen, err = s.ReplaceProfile(t.Context(), anonymous, service.ProfileDraft{Name: "first thing that this user does"})
	require.NoError(t, err)
	assert.Empty(t, seen.Email)
	_, err = s.ReplaceProfile(t.Context(), by, service.ProfileDraft{Preferences: json.RawMessage(`[]`)})
	faultIn(t, "preferences", err)

	newcomer := someone()
	errs := make([]error, 16)
	atOnce(len(errs), func(i int) { _, errs[i] = s.Profile(t.Context(), newcomer) })
	for _, err := range errs {
		assert.NoError(t, err)
	}
}
