package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFaultsOfTokensKeysAndOtherServices(t *testing.T) {
	for name, tc := range map[string]struct {
		env  map[string]string
		want string
	}{
		"no token is good": {map[string]string{"JWT_SECRET": ""}, "JWT_SECRET and JWKS_URL are both not set, so no token would be good; expected at least one of them"},
		"short secret":     {map[string]string{"JWT_SECRET": "s3cret"}, "JWT_SECRET is too short; expected the secret of the Supabase project's JWTs, at least 32 bytes"},
		"key set":          {map[string]string{"JWKS_URL": "ftp://h/keys"}, `JWKS_URL="ftp://h/keys" is not accepted; expected an http or https URL without user and password`},
		"key set's user":   {map[string]string{"JWKS_URL": "https://u:s3cret@h/keys"}, "JWKS_URL holds a user name or a password"},
		"audience":         {map[string]string{"JWT_AUDIENCE": "a\nb"}, "JWT_AUDIENCE=\"a\\nb\" holds control characters"},
		"key length":       {map[string]string{"ENCRYPTION_KEYS": "czNjcmV0"}, "ENCRYPTION_KEYS holds something that is not a key; expected base64 of 32 random bytes"},
		"key twice":        {map[string]string{"ENCRYPTION_KEYS": key64(1) + "," + key64(1)}, "ENCRYPTION_KEYS holds a key twice"},
		"origin with path": {map[string]string{"API_ALLOWED_ORIGINS": "https://a/b"}, `API_ALLOWED_ORIGINS="https://a/b" holds something that is not an origin`},
		"any origin":       {map[string]string{"API_ALLOWED_ORIGINS": "*"}, "holds something that is not an origin"},
		"no model":         {map[string]string{"EMBEDDING_URL": "https://e/v1"}, "EMBEDDING_MODEL is required with EMBEDDING_URL but not set"},
		"model alone":      {map[string]string{"EMBEDDING_MODEL": "m"}, `EMBEDDING_MODEL="m" is set without EMBEDDING_URL`},
		"key alone":        {map[string]string{"EMBEDDING_API_KEY": "s3cret"}, "EMBEDDING_API_KEY is set without EMBEDDING_URL"},
		"key in the clear": {map[string]string{"ENVIRONMENT": "staging", "EMBEDDING_URL": "http://e/v1", "EMBEDDING_MODEL": "m", "EMBEDDING_API_KEY": "s3cret"},
			`EMBEDDING_URL="http://e/v1" would get EMBEDDING_API_KEY without TLS; expected an https URL`},
		"collector":  {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}, `OTEL_EXPORTER_OTLP_ENDPOINT="collector:4317" is not accepted`},
		"share":      {map[string]string{"OTEL_TRACES_SAMPLER_ARG": "10%"}, `OTEL_TRACES_SAMPLER_ARG="10%" is not allowed; expected a number from 0 to 1`},
		"pooler":     {map[string]string{"DATABASE_URL": "postgres://u:s3cret@h:6543/d"}, "DATABASE_DIRECT_URL is not set, and DATABASE_URL is a pooler in transaction mode"},
		"no direct":  {map[string]string{"DATABASE_DIRECT_URL": "postgres://u:s3cret@h:6543/d"}, "DATABASE_DIRECT_URL is a pooler in transaction mode, which delivers no changes; expected a direct connection"},
		"direct URL": {map[string]string{"DATABASE_DIRECT_URL": "mysql://u:s3cret@h/d"}, "DATABASE_DIRECT_URL has the wrong scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(env(tc.env))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "1 fault:\n  - ")
			assert.Contains(t, err.Error(), tc.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestOptionalSecretsFromFiles(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o600))
		return path
	}
	cfg, err := Load(env(map[string]string{
		"JWT_SECRET": "", "JWT_SECRET_FILE": file(strings.Repeat("x", 32)), "ENCRYPTION_KEYS_FILE": file(key64(3)),
		"DATABASE_DIRECT_URL_FILE": file("postgres://u:p@direct/d"),
	}))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("x", 32), cfg.Auth.JWTSecret.Reveal())
	assert.Len(t, cfg.EncryptionKeys.Reveal(), 1)
	assert.Equal(t, "postgres://u:p@direct/d", cfg.Database.DirectURL.Reveal())
}
