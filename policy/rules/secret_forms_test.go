package rules

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The secrets are put together here so that no scanner takes this file for a
// leak.
func TestSecretKind(t *testing.T) {
	many := func(n int) string { return strings.Repeat("a1B2", n/4+1)[:n] }
	for text, want := range map[string]string{
		"":                                                        "",
		"the sk-learn-is-not-a-key-at-all":                        "",
		"pk_" + "live_" + many(24):                                "",
		"sb_" + "publishable_" + many(24):                         "",
		"postgres://api:$(PASSWORD)@db":                           "",
		"http://user@host/a:b@c":                                  "",
		"AKIA" + "IOSFODNN7EXAMPLE":                               "an AWS access key",
		"GOCSPX-" + many(28):                                      "a Google OAuth secret",
		"AccountKey=" + many(86) + "==":                           "an Azure account key",
		"see gh" + "p_" + many(36) + " !":                         "a GitHub token",
		"github" + "_pat_" + many(82):                             "a GitHub token",
		"glpat" + "-" + many(20):                                  "a GitLab token",
		"rk_" + "live_" + many(24):                                "a Stripe secret key",
		"whsec" + "_" + many(32):                                  "a webhook's signing secret",
		"xoxb" + "-1234567890-" + many(20):                        "a Slack token",
		"https://hooks.slack.com/" + "services/T0/B0/" + many(24): "a Slack webhook",
		"sk-" + "proj-" + many(40):                                "an API key of a language model",
		"hf_" + many(34):                                          "a Hugging Face token",
		"sb_" + "secret_" + many(24):                              "a Supabase secret key",
		"vcp_" + many(56):                                         "a Vercel token",
		"pul-" + strings.Repeat("0a", 20):                         "a Pulumi token",
		"sntryu_" + strings.Repeat("0a", 32):                      "a Sentry token",
		"duffel_" + "live_" + many(43):                            "a Duffel token",
		"npm_" + many(36):                                         "an npm token",
		"dckr_" + "pat_" + many(27):                               "a Docker token",
		"hvs." + many(30):                                         "a Vault token",
		"SG." + many(22) + "." + many(43):                         "a SendGrid key",
		"SK" + strings.Repeat("0a", 16):                           "a Twilio key",
		"AGE-SECRET-KEY-1" + strings.Repeat("Q", 58):              "an age key",
		"SCRAM-SHA-256$4096:c2FsdA==$":                            "a password's hash",
		"$argon2id$v=19$m=65536":                                  "a password's hash",
		"Authorization: Basic " + many(20):                        "an Authorization header",
		`{"auths":{"ghcr.io":{"auth":"` + many(20) + `"}}}`:       "a registry's password",
		base64.StdEncoding.EncodeToString([]byte("redis://:secret" + "@cache:6379/0")): "a URL with a password, in base64",
	} {
		assert.Equal(t, want, secretKind(text), "%q", text)
	}
}

// Few random texts are taken for words.
func TestRandomPartFindsRandomTexts(t *testing.T) {
	const tries = 2000
	base64URL := base64.RawURLEncoding.EncodeToString
	for _, one := range []struct {
		name   string
		bytes  int
		text   func([]byte) string
		missed float64
	}{
		{"16 bytes in hexadecimal", 16, hex.EncodeToString, 0.01},
		{"20 bytes in hexadecimal", 20, hex.EncodeToString, 0.01},
		{"16 bytes in base 64", 16, base64.StdEncoding.EncodeToString, 0.05},
		{"32 bytes in base 64", 32, base64.StdEncoding.EncodeToString, 0.02},
		{"32 bytes for URLs", 32, base64URL, 0.02},
	} {
		random := newRandom()
		missed := 0
		for range tries {
			if randomPart("KEY="+one.text(random.bytes(one.bytes)), defaultLength, defaultBits) == "" {
				missed++
			}
		}
		assert.Less(t, float64(missed)/tries, one.missed, one.name)
	}
}

// What suspects leaves out changes no answer.
func TestSuspectsKeepEveryRandomPart(t *testing.T) {
	random := newRandom()
	part := func() string {
		switch raw := random.bytes(4 + int(random.UintN(30))); random.UintN(6) {
		case 0:
			return base64.StdEncoding.EncodeToString(raw)
		case 1:
			return "sha256:" + hex.EncodeToString(raw)
		case 2:
			return "commit: " + hex.EncodeToString(raw)
		case 3:
			return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[:2], raw[:2], raw[:2], append(raw, raw...)[:6])
		case 4:
			return strings.Repeat("path/to-a_place", int(random.UintN(3)))
		default:
			return string(raw)
		}
	}
	found := 0
	for range 5000 {
		var text strings.Builder
		for range random.UintN(8) {
			text.WriteString(part())
			text.WriteByte("\n  ='\"/"[random.UintN(7)])
		}
		want := randomIn(text.String(), defaultLength, defaultBits)
		require.Equal(t, want, randomPart(text.String(), defaultLength, defaultBits), "%q", text.String())
		if want != "" {
			found++
		}
	}
	assert.Greater(t, found, 500, "few texts had something to find")
}

// texts are the same in every run.
type texts struct{ *rand.Rand }

func newRandom() texts {
	return texts{rand.New(rand.NewPCG(1, 2))} // #nosec G404 -- the same texts in every run
}

func (r texts) bytes(n int) []byte {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(r.UintN(256))
	}
	return raw
}

func TestSecretName(t *testing.T) {
	for _, name := range []string{
		"PASSWORD", "dbPassword", "PGPASSWORD", "JWT_SECRET", "API_KEY", "apiKey", "OPENAI_APIKEY", "AWS_SECRET_ACCESS_KEY", "token",
		"GITHUB_TOKEN", "SERVICE_ROLE_KEY", "TOKEN_2", "PASSWORD_OLD", "KUBE_CONFIG", "connectionString", "requirepass", "credentials",
	} {
		assert.True(t, secretName(name), name)
	}
	for _, name := range []string{
		"", "PASSWORD_FILE", "TOKEN_TTL", "tokenURL", "SECRET_NAME", "tlsSecret", "imagePullSecrets", "checksum/secrets", "PUBLIC_KEY",
		"SUPABASE_ANON_KEY", "STRIPE_PUBLISHABLE_KEY", "KEY", "CACHE_KEY", "MONKEY", "compass_heading", "admin_nopass_x", "PASSWORD_HASH",
	} {
		assert.False(t, secretName(name), name)
	}
}
