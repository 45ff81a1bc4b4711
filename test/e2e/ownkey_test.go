package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
	"github.com/tripsage/infrastructure/service/sealing"
)

// ownKey is a key of a user's own that the API keeps for them.
type ownKey struct {
	user  traveller
	name  string
	plain string
}

// newKey stores a key, which may be found nowhere later.
func (u traveller) newKey(t *testing.T, m *machine, name string) ownKey {
	t.Helper()
	key := ownKey{user: u, name: name, plain: "sk-" + uuid.NewString()}
	m.seen[key.plain] = true
	made := u.must(t, http.StatusCreated, http.MethodPost, "/keys", fmt.Sprintf(`{"provider":"openai","name":%q,"key":%q}`, name, key.plain))
	assert.NotContains(t, made.body, key.plain)
	return key
}

// opens wants the API to list the key, and what the database has of it to open with the encryption
// keys that the API has now.
func (k ownKey) opens(t *testing.T, m *machine) {
	t.Helper()
	listed := k.user.must(t, http.StatusOK, http.MethodGet, "/keys", "").body
	assert.Contains(t, listed, fmt.Sprintf("%q", k.name))
	assert.NotContains(t, listed, k.plain)

	sealed, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m.cluster.sql(t, fmt.Sprintf(
		`select encode(sealed, 'base64') from api_keys where user_id = '%s' and name = '%s'`, k.user.id, k.name)), "\n", ""))
	require.NoError(t, err)
	assert.NotContains(t, string(sealed), k.plain)
	var keys [][]byte
	for _, text := range strings.Split(m.secretValues(t)["tripsage-api/encryption-keys"], ",") {
		one, err := base64.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		keys = append(keys, one)
	}
	ring, err := sealing.New(keys)
	require.NoError(t, err)
	plain, err := ring.Open(sealed, service.SealedKey{Provider: "openai", Name: k.name}.Binding(service.UserID(k.user.id)))
	require.NoError(t, err)
	assert.Equal(t, k.plain, string(plain))
}
