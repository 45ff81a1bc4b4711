package postgres

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func testSharing(t *testing.T, s stand) {
	owner, friend, colleague := someone(), s.known(t), s.known(t)
	trip := s.trip(t, owner)
	none, err := s.Collaborators(t.Context(), owner, trip.ID)
	require.NoError(t, err)
	assert.Empty(t, none)

	first, err := s.ShareTrip(t.Context(), owner, trip.ID, service.Invitation{Email: strings.ToUpper(friend.Email), Role: "viewer"})
	require.NoError(t, err)
	assert.Equal(t, service.Collaborator{User: friend.User, Role: "viewer", AddedAt: first.AddedAt}, first)
	second, err := s.ShareTrip(t.Context(), owner, trip.ID, service.Invitation{User: colleague.User, Role: "viewer"})
	require.NoError(t, err)
	promoted, err := s.ShareTrip(t.Context(), owner, trip.ID, service.Invitation{User: friend.User, Role: "editor"})
	require.NoError(t, err)
	first.Role = "editor"
	assert.Equal(t, first, promoted)
	for _, by := range []service.Principal{owner, friend, colleague} {
		all, err := s.Collaborators(t.Context(), by, trip.ID)
		require.NoError(t, err)
		assert.Equal(t, []service.Collaborator{first, second}, all)
	}

	require.NoError(t, s.UnshareTrip(t.Context(), friend, trip.ID, friend.User), "one may leave")
	_, err = s.Trip(t.Context(), friend, trip.ID)
	codeIs(t, service.CodeNotFound, err)
	require.NoError(t, s.UnshareTrip(t.Context(), owner, trip.ID, colleague.User))
	codeIs(t, service.CodeNotFound, s.UnshareTrip(t.Context(), owner, trip.ID, colleague.User))
	none, err = s.Collaborators(t.Context(), owner, trip.ID)
	require.NoError(t, err)
	assert.Empty(t, none)
}

func testWhoMayShare(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	trip := s.trip(t, owner)
	viewer, editor := s.share(t, owner, trip.ID, "viewer"), s.share(t, owner, trip.ID, "editor")
	share := func(by service.Principal, invitation service.Invitation) error {
		_, err := s.ShareTrip(t.Context(), by, trip.ID, invitation)
		return err
	}
	for _, invitation := range []service.Invitation{
		{User: stranger.User, Role: "editor"}, {Email: stranger.Email, Role: "editor"}, {Email: "nobody@example.com", Role: "viewer"},
	} {
		codeIs(t, service.CodeNotFound, share(stranger, invitation))
		codeIs(t, service.CodeForbidden, share(viewer, invitation))
		codeIs(t, service.CodeForbidden, share(editor, invitation))
	}
	codeIs(t, service.CodeUserUnknown, share(owner, service.Invitation{Email: "nobody@example.com", Role: "viewer"}))
	codeIs(t, service.CodeUserUnknown, share(owner, service.Invitation{User: service.UserID(uuid.NewString()), Role: "viewer"}))
	faultIn(t, "user_id", share(owner, service.Invitation{User: owner.User, Role: "viewer"}))
	faultIn(t, "user_id", share(owner, service.Invitation{Email: owner.Email, Role: "viewer"}))
	faultIn(t, "role", share(owner, service.Invitation{User: stranger.User, Role: "owner"}))
	faultIn(t, "body", share(owner, service.Invitation{User: "no uuid", Role: "viewer"}))

	codeIs(t, service.CodeForbidden, s.UnshareTrip(t.Context(), viewer, trip.ID, editor.User))
	codeIs(t, service.CodeForbidden, s.UnshareTrip(t.Context(), editor, trip.ID, viewer.User))
	codeIs(t, service.CodeNotFound, s.UnshareTrip(t.Context(), stranger, trip.ID, viewer.User))
	_, err := s.Collaborators(t.Context(), stranger, trip.ID)
	codeIs(t, service.CodeNotFound, err)
	all, err := s.Collaborators(t.Context(), owner, trip.ID)
	require.NoError(t, err)
	assert.Len(t, all, 2)
}

func testTooManyCollaborators(t *testing.T, s stand) {
	owner := someone()
	trip := s.trip(t, owner)
	s.exec(t, `with people as (insert into users (id) select gen_random_uuid() from generate_series(1, $2) returning id)
		insert into trip_collaborators (trip_id, user_id, role) select $1, id, 'viewer' from people`, trip.ID, service.MaxCollaborators-1)
	last := make([]service.Principal, 8)
	for i := range last {
		last[i] = s.known(t)
	}
	errs := make([]error, len(last))
	atOnce(len(last), func(i int) {
		_, errs[i] = s.ShareTrip(t.Context(), owner, trip.ID, service.Invitation{User: last[i].User, Role: "viewer"})
	})
	added := 0
	for i, err := range errs {
		if err == nil {
			added++
			_, err = s.ShareTrip(t.Context(), owner, trip.ID, service.Invitation{User: last[i].User, Role: "editor"})
			require.NoError(t, err, "the role of one who is there can change")
			continue
		}
		codeIs(t, service.CodeTooMany, err)
	}
	assert.Equal(t, 1, added)
	assert.EqualValues(t, service.MaxCollaborators,
		value[int64](t, s, "select count(*) from trip_collaborators where trip_id = $1", trip.ID))
}
