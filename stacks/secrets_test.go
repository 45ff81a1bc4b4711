package stacks

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/infra"
)

// external is a stack whose database URL is encrypted in the stack file.
func external(t *testing.T, url string) config.Map {
	t.Helper()
	values := shipped(t)
	set(t, values, "database.mode", infra.DatabaseExternal)
	for _, path := range []string{"database.storageGiB", "images.postgres", "images.postgresExporter"} {
		require.NoError(t, values.Remove(config.MustParseKey("tripsage:"+path), true))
	}
	for _, path := range []string{"database.url", "database.migrationURL"} {
		require.NoError(t, values.Set(config.MustParseKey("tripsage:"+path), encrypted(url), true))
	}
	return values
}

func TestEncryptedURL(t *testing.T) {
	spec, err := loadWith(t, external(t, "postgres://me:hunter2@db.example.com:5432/app"))
	require.NoError(t, err)
	assert.Equal(t, "postgres://me:hunter2@db.example.com:5432/app", spec.Database.URL.Reveal())
}

func TestEncryptedURLIsNotPrinted(t *testing.T) {
	_, err := loadWith(t, external(t, "mysql://me:hunter2@db/app"))
	assert.ErrorContains(t, err, "tripsage:database.url: found [secret], expected postgres://")
	assert.NotContains(t, err.Error(), "hunter2")
}

func TestDatabaseThatIsAllText(t *testing.T) {
	values := shipped(t)
	require.NoError(t, values.Set(config.MustParseKey("tripsage:database"), config.NewValue("postgres://me:hunter2@db/app"), false))
	_, err := loadWith(t, values)
	assert.ErrorContains(t, err, "tripsage:database: found text (not shown: it may be secret), expected an object")
	assert.NotContains(t, err.Error(), "hunter2")
}

// What nobody treats as a secret would end in clear in the state.
func TestOnlySecretsMayBeEncrypted(t *testing.T) {
	values := shipped(t)
	require.NoError(t, values.Set(config.MustParseKey("tripsage:cache.cpuRequest"), encrypted("loud-hunter2"), true))
	_, err := loadWith(t, values)
	assert.ErrorContains(t, err, "tripsage:cache: found an encrypted value, expected a plain one")
	assert.ErrorContains(t, err, "tripsage:cache.cpuRequest: found [secret], expected a canonical amount")
	assert.NotContains(t, err.Error(), "hunter2")

	values = shipped(t)
	require.NoError(t, values.Set(config.MustParseKey("tripsage:database.mode"), encrypted("embedded"), true))
	_, err = loadWith(t, values)
	assert.ErrorContains(t, err, "tripsage:database: found an encrypted value, expected a plain one")
}
