package postgres

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func sealed(name string) service.SealedKey {
	return service.SealedKey{Provider: "openai", Name: name, Hint: "wxyz", Sealed: []byte{0, 1, 255, '\\', 'x'}}
}

func testAPIKeys(t *testing.T, s stand) {
	by := someone()
	ctx := service.WithRequestID(t.Context(), "request-17")
	first, replaced, err := s.PutAPIKey(ctx, by, sealed("work"))
	require.NoError(t, err)
	assert.False(t, replaced)
	assert.Equal(t, service.APIKey{ID: first.ID, Provider: "openai", Name: "work", Hint: "wxyz", CreatedAt: first.CreatedAt}, first)
	assert.Equal(t, sealed("work").Sealed, value[[]byte](t, s, "select sealed from api_keys where id = $1", first.ID))

	other := sealed("work")
	other.Hint, other.Sealed = "1234", []byte("another seal")
	second, replaced, err := s.PutAPIKey(ctx, by, other)
	require.NoError(t, err)
	assert.True(t, replaced)
	assert.Equal(t, first.ID, second.ID)
	assert.Equal(t, "1234", second.Hint)
	assert.Equal(t, other.Sealed, value[[]byte](t, s, "select sealed from api_keys where id = $1", first.ID))
	private, _, err := s.PutAPIKey(ctx, by, sealed("private"))
	require.NoError(t, err)

	keys, err := s.ListAPIKeys(ctx, by)
	require.NoError(t, err)
	assert.Equal(t, []service.APIKey{private, second}, keys, "by name")
	require.NoError(t, s.DeleteAPIKey(ctx, by, first.ID))
	codeIs(t, service.CodeNotFound, s.DeleteAPIKey(ctx, by, first.ID))

	log := value[[]string](t, s, `select array_agg(action || ' ' || subject || ' ' || request_id order by id)
		from audit_log where user_id = $1`, string(by.User))
	assert.Equal(t, []string{
		"api_key.created openai/work request-17", "api_key.replaced openai/work request-17",
		"api_key.created openai/private request-17", "api_key.deleted openai/work request-17",
	}, log)
}

func testAPIKeysOfOthers(t *testing.T, s stand) {
	owner, stranger := someone(), s.known(t)
	key, _, err := s.PutAPIKey(t.Context(), owner, sealed("work"))
	require.NoError(t, err)
	none, err := s.ListAPIKeys(t.Context(), stranger)
	require.NoError(t, err)
	assert.NotNil(t, none)
	assert.Empty(t, none)
	codeIs(t, service.CodeNotFound, s.DeleteAPIKey(t.Context(), stranger, key.ID))
	own, replaced, err := s.PutAPIKey(t.Context(), stranger, sealed("work"))
	require.NoError(t, err)
	assert.False(t, replaced, "names are each user's own")
	assert.NotEqual(t, key.ID, own.ID)
}
