package leak

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKind(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"https://a.b/c?d=e:f@":           "",
		"pk_live_0123456789":             "",
		"the sk-learn library":           "",
		"sb_publishable_0123":            "",
		"-----BEGIN EC PRIVATE KEY-----": "a private key",
		"see gh" + "p_" + strings.Repeat("a", 36):     "a GitHub token",
		"rk_" + "live_0123":                           "a Stripe secret key",
		"whsec" + "_0123456789":                       "a webhook's signing secret",
		"AKIA" + strings.Repeat("A", 16):              "an AWS access key",
		"xoxb" + "-0123456789":                        "a Slack token",
		"sb_secret" + "_012345":                       "a Supabase secret key",
		"pul-" + strings.Repeat("0", 40):              "a Pulumi token",
		"key=sk" + "-" + strings.Repeat("a", 20):      "an API key",
		"use postgres://user:" + "word@db:5432/trips": "a URL with a password",
	} {
		assert.Equal(t, want, Kind(text), "%q", text)
	}
}

func FuzzKind(f *testing.F) {
	f.Add("postgres://user:word@db")
	f.Fuzz(func(t *testing.T, text string) {
		if kind := Kind(text); kind != "" {
			assert.Equal(t, kind, Kind(text+" more"), "what follows a secret hides nothing")
		}
	})
}
