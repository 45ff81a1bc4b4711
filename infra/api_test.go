package infra

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/tripsage/infrastructure/service"
	httpapi "github.com/tripsage/infrastructure/service/http"
)

func environmentOf(t *testing.T, spec Spec) map[string]string {
	t.Helper()
	var config corev1.ConfigMap
	require.NoError(t, mustDeploy(t, spec).One(t, configMapType, "tripsage-api-env").Decode(&config))
	return config.Data
}

// Every secret is a file, and no variable holds its value.
func TestConfiguredSecretsAreFiles(t *testing.T) {
	spec := externalSpec()
	spec.Auth = Auth{JWTSecret: NewSecret(strings.Repeat("hunter2", 5)), Audience: "authenticated"}
	spec.API.EncryptionKeys = NewSecret(cipherKey)
	spec.Embedding = &Embedding{URL: "https://api.openai.com/v1", Model: "m", APIKey: NewSecret("hunter2"), TimeoutSeconds: 5}
	spec.Database.DirectURL = NewSecret("postgres://me:hunter2@db.example.com:6000/app")
	recording := mustDeploy(t, spec)
	env, data := environmentOf(t, spec), secretData(t, recording, "tripsage-api")
	for variable, want := range map[string]string{
		"JWT_SECRET": strings.Repeat("hunter2", 5), "ENCRYPTION_KEYS": cipherKey, "EMBEDDING_API_KEY": "hunter2",
		"DATABASE_DIRECT_URL": "postgres://me:hunter2@db.example.com:6000/app",
		"DATABASE_URL":        "postgres://me:hunter2@db.example.com:5432/app",
	} {
		file, ok := strings.CutPrefix(env[variable+"_FILE"], "/var/run/secrets/tripsage/")
		require.True(t, ok, variable)
		assert.Equal(t, want, data[file], variable)
		assert.NotContains(t, env, variable)
	}
	assert.NotContains(t, string(recording.JSON(t)), "hunter2", "only encoded, in Secrets")
	assertAnywhere(t, recording, "tripsage-api-to-database-direct", 6000)
}

// What is not configured is made, once: a key that sealed something stays.
func TestGeneratedSecrets(t *testing.T) {
	spec := goodSpec()
	before := secretData(t, mustDeploy(t, spec), "tripsage-api")
	spec.Secrets.Epoch = 2
	after := secretData(t, mustDeploy(t, spec), "tripsage-api")
	assert.Len(t, before["jwt-secret"], 64)
	assert.NotEqual(t, before["jwt-secret"], after["jwt-secret"])
	assert.Equal(t, before["encryption-keys"], after["encryption-keys"])
	key, err := base64.StdEncoding.DecodeString(before["encryption-keys"])
	require.NoError(t, err)
	assert.Len(t, key, 32)
}

func TestNoSecretWhereTokensComeFromAKeySet(t *testing.T) {
	spec := goodSpec()
	spec.Auth = Auth{JWKSURL: "https://a.supabase.co/auth/v1/.well-known/jwks.json", Issuer: "https://a.supabase.co/auth/v1", Audience: "authenticated"}
	env := environmentOf(t, spec)
	assert.NotContains(t, env, "JWT_SECRET_FILE")
	assert.Equal(t, spec.Auth.JWKSURL, env["JWKS_URL"])
	assert.Equal(t, spec.Auth.Issuer, env["JWT_ISSUER"])
	recording := mustDeploy(t, spec)
	assert.NotContains(t, secretData(t, recording, "tripsage-api"), "jwt-secret")
	assertAnywhere(t, recording, "tripsage-api-to-jwks", 443)
}

func TestServicesOutside(t *testing.T) {
	spec := goodSpec()
	spec.Embedding = &Embedding{URL: "http://ollama.models.svc:11434/v1", Model: "m", TimeoutSeconds: 7}
	spec.Tracing = &Tracing{Endpoint: "http://collector.observability.svc:4318", SamplePercent: 5}
	env := environmentOf(t, spec)
	assert.Equal(t, "http://ollama.models.svc:11434/v1", env["EMBEDDING_URL"])
	assert.Equal(t, "m", env["EMBEDDING_MODEL"])
	assert.Equal(t, "7", env["EMBEDDING_TIMEOUT"])
	assert.Equal(t, "http://collector.observability.svc:4318", env["OTEL_EXPORTER_OTLP_ENDPOINT"])
	assert.Equal(t, "0.05", env["OTEL_TRACES_SAMPLER_ARG"])
	recording := mustDeploy(t, spec)
	assertAnywhere(t, recording, "tripsage-api-to-embedding", 11434)
	assertAnywhere(t, recording, "tripsage-api-to-tracing", 4318)
}

// The API and the mesh in front of it trust the same pages, but for those of a
// developer's machine.
func TestOrigins(t *testing.T) {
	spec := goodSpec()
	spec.API.AllowedOrigins = []string{"http://localhost:3000", "https://b.io", "https://a.io"}
	spec.Mesh = &Mesh{Origins: []string{"https://a.io"}}
	spec.Vercel = &Vercel{Domain: "app.tripsage.ai"}
	assert.Equal(t, []string{"https://a.io", "http://localhost:3000", "https://b.io", "https://app.tripsage.ai"}, spec.origins())
	assert.Equal(t, []string{"https://a.io", "https://b.io", "https://app.tripsage.ai"}, spec.meshOrigins())
	assert.Equal(t, strings.Join(spec.origins(), ","), apiEnvironment(spec)["API_ALLOWED_ORIGINS"])
}

// counted is a recorder that counts nothing.
type counted struct{}

func (counted) Begin()                                     {}
func (counted) End(context.Context, service.RequestRecord) {}

// A browser that asks the mesh hears what the API itself would say.
func TestTheMeshAnswersBrowsersLikeTheAPI(t *testing.T) {
	const origin = "https://a.io"
	api := httpapi.New(httpapi.Options{
		Recorder: counted{}, Log: slog.New(slog.DiscardHandler), AllowedOrigins: []string{origin},
		RateLimit: httpapi.RateLimit{PerMinute: 100},
	})
	ask := func(method string) http.Header {
		request := httptest.NewRequest(method, "/version", nil)
		request.Header.Set("Origin", origin)
		if method == http.MethodOptions {
			request.Header.Set("Access-Control-Request-Method", http.MethodGet)
		}
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, request)
		require.Equal(t, origin, answer.Header().Get("Access-Control-Allow-Origin"))
		return answer.Header()
	}
	spec := goodSpec()
	spec.Mesh = &Mesh{Origins: []string{origin}}
	cors := spec.traffic().CORS
	assert.Equal(t, ask(http.MethodOptions).Get("Access-Control-Allow-Headers"), strings.Join(cors.Headers, ", "))
	assert.Equal(t, ask(http.MethodGet).Get("Access-Control-Expose-Headers"), strings.Join(cors.ExposeHeaders, ", "))
}
