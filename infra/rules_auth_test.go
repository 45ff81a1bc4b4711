package infra

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A well-formed encryption key.
const cipherKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func authRules() []rule {
	none := func(s *Spec) { s.Auth.GenerateSecret = false }
	return []rule{
		{"nobody's tokens", none, "auth.jwtSecret", `""`, "no token would be good", true},
		{"jwt secret", func(s *Spec) { s.Auth.JWTSecret = NewSecret("hunter2") }, "auth.jwtSecret", "[secret]", "at least 32 bytes", false},
		{"key set without TLS", func(s *Spec) { s.Auth.JWKSURL = "http://a.io/jwks" }, "auth.jwksURL", `"http://a.io/jwks"`, "https://<project>", true},
		{"key set with a query", func(s *Spec) { s.Auth.JWKSURL = "https://a.io/jwks?a=b" }, "auth.jwksURL", `"https://a.io/jwks?a=b"`, "https://<project>", true},
		{"key set at no port", func(s *Spec) { s.Auth.JWKSURL = "https://a.io:70000/jwks" }, "auth.jwksURL", `"https://a.io:70000/jwks"`, "https://<project>", false},
		{"issuer", func(s *Spec) { s.Auth.Issuer = "supabase" }, "auth.issuer", `"supabase"`, "/auth/v1", false},
		{"audience", func(s *Spec) { s.Auth.Audience = "" }, "auth.audience", `""`, "such as authenticated", false},
		{"encryption key that is none", func(s *Spec) { s.API.EncryptionKeys = NewSecret("hunter2") }, "api.encryptionKeys", "[secret]", "base64 of 32", true},
		{"encryption key too short", func(s *Spec) { s.API.EncryptionKeys = NewSecret("AAEC") }, "api.encryptionKeys", "[secret]", "base64 of 32", true},
		{"encryption key twice", func(s *Spec) { s.API.EncryptionKeys = NewSecret(cipherKey + "," + cipherKey) }, "api.encryptionKeys", "[secret]", "each once", false},
		{"origin without TLS", func(s *Spec) { s.API.AllowedOrigins = []string{"http://a.io"} }, "api.allowedOrigins", `"http://a.io"`, "localhost only", true},
		{"any origin", func(s *Spec) { s.API.AllowedOrigins = []string{"*"} }, "api.allowedOrigins", `"*"`, "https://app", true},
		{"origin with a path", func(s *Spec) { s.API.AllowedOrigins = []string{"http://localhost:3000/"} }, "api.allowedOrigins", `"http://localhost:3000/"`, "localhost", true},
		{"origin twice", func(s *Spec) { s.API.AllowedOrigins = []string{"https://a.io", "https://a.io"} }, "api.allowedOrigins", `"https://a.io"`, "each value once", false},
	}
}

func outsideRules() []rule {
	embedding := func(change func(*Embedding)) func(*Spec) {
		return func(s *Spec) {
			s.Embedding = &Embedding{URL: "https://api.openai.com/v1", Model: "text-embedding-3-small", TimeoutSeconds: 5}
			change(s.Embedding)
		}
	}
	tracing := func(change func(*Tracing)) func(*Spec) {
		return func(s *Spec) {
			s.Tracing = &Tracing{Endpoint: "http://collector.observability.svc:4318", SamplePercent: 10}
			change(s.Tracing)
		}
	}
	return []rule{
		{"embedding url", embedding(func(e *Embedding) { e.URL = "api.openai.com" }), "embedding.url", `"api.openai.com"`, "https://api.openai.com/v1", true},
		{"embedding url with a password", embedding(func(e *Embedding) { e.URL = "https://a:b@c.io" }), "embedding.url", `"https://a:b@c.io"`, "https://api.openai.com/v1", true},
		{"embedding key in the clear", embedding(func(e *Embedding) { e.URL, e.APIKey = "http://a.io", NewSecret("hunter2") }), "embedding.url", `"http://a.io"`, "with https because", true},
		{"embedding key of two lines", embedding(func(e *Embedding) { e.APIKey = NewSecret("hunter2\nhunter2") }), "embedding.apiKey", "[secret]", "one line", true},
		{"embedding model", embedding(func(e *Embedding) { e.Model = "" }), "embedding.model", `""`, "name of a model", true},
		{"embedding timeout", embedding(func(e *Embedding) { e.TimeoutSeconds = 0 }), "embedding.timeoutSeconds", "0", "from 1 to 60", false},
		{"tracing endpoint", tracing(func(c *Tracing) { c.Endpoint = "collector:4318" }), "tracing.endpoint", `"collector:4318"`, "4318", true},
		{"tracing share", tracing(func(c *Tracing) { c.SamplePercent = 101 }), "tracing.samplePercent", "101", "from 0 to 100", false},
	}
}

// Each of these says enough about whose tokens are good.
func TestWaysToKnowTokens(t *testing.T) {
	for name, auth := range map[string]Auth{
		"generated":  {GenerateSecret: true},
		"secret":     {JWTSecret: NewSecret(strings.Repeat("x", 32))},
		"key set":    {JWKSURL: "https://a.supabase.co/auth/v1/.well-known/jwks.json"},
		"everything": {GenerateSecret: true, JWTSecret: NewSecret(strings.Repeat("x", 32)), JWKSURL: "https://a.supabase.co:8443/keys"},
	} {
		spec := goodSpec()
		auth.Audience, auth.Issuer = "authenticated", "https://a.supabase.co/auth/v1"
		spec.Auth = auth
		assert.NoError(t, spec.Validate(), name)
	}
}

func TestFaultsOfSecretsShowNone(t *testing.T) {
	for _, row := range append(authRules(), outsideRules()...) {
		spec := goodSpec()
		row.breaks(&spec)
		for _, fault := range faultsOf(t, spec) {
			assert.NotContains(t, fault.Error(), "hunter2", row.name)
		}
	}
}

func TestPortOf(t *testing.T) {
	for address, want := range map[string]int{
		"https://a.io": 443, "https://a.io/b": 443, "http://a.io": 80, "http://a:4318": 4318, "https://a:65535/": 65535,
	} {
		port, err := portOf(address)
		require.NoError(t, err)
		assert.Equal(t, want, port, address)
	}
	for _, address := range []string{"http://a:65536", "http://a:-1", "://", "http://a:x"} {
		_, err := portOf(address)
		assert.Error(t, err, address)
	}
}
