package vercelproject

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func directivesOf(header string) map[string][]string {
	out := map[string][]string{}
	for part := range strings.SplitSeq(header, "; ") {
		words := strings.Split(part, " ")
		out[words[0]] = words[1:]
	}
	return out
}

func TestPolicyNamesWhatThePlatformUses(t *testing.T) {
	got := directivesOf(full().Site.Origins.header())
	assert.Equal(t, []string{
		"'self'", "https://api.tripsage.ai", "wss://api.tripsage.ai", "https://abc.supabase.co", "wss://abc.supabase.co",
		"https://o1.ingest.sentry.io", "https://maps.googleapis.com", "https://places.googleapis.com",
		"https://api.stripe.com", "https://vitals.vercel-insights.com",
	}, got["connect-src"])
	assert.Equal(t, []string{
		"'self'", "'unsafe-inline'", "https://maps.googleapis.com", "https://js.stripe.com", "https://va.vercel-scripts.com",
	}, got["script-src"])
	assert.Equal(t, []string{"'self'", "https://js.stripe.com", "https://hooks.stripe.com"}, got["frame-src"])
	assert.Contains(t, got["img-src"], "https://abc.supabase.co")
	assert.Equal(t, []string{"'none'"}, got["object-src"])
	assert.Equal(t, []string{"'none'"}, got["frame-ancestors"])
	assert.Contains(t, got, "upgrade-insecure-requests")
}

func TestPolicyOfNothingIsTheSiteItself(t *testing.T) {
	for name, sources := range directivesOf(Origins{}.header()) {
		for _, source := range sources {
			assert.Contains(t, []string{"'self'", "'none'", "'unsafe-inline'", "data:", "blob:"}, source, name)
		}
	}
}

func TestExtraOriginsGoWhereTheyBelong(t *testing.T) {
	one := func(host string) []string { return []string{"https://" + host, "https://" + host} }
	got := directivesOf(Origins{
		Script: one("script.io"), Style: one("style.io"), Image: one("image.io"), Font: one("font.io"),
		Connect: one("connect.io"), Frame: one("frame.io"), Form: one("form.io"),
	}.header())
	for name, host := range map[string]string{
		"script-src": "script.io", "style-src": "style.io", "img-src": "image.io", "font-src": "font.io",
		"connect-src": "connect.io", "frame-src": "frame.io", "form-action": "form.io",
	} {
		assert.Equal(t, 1, strings.Count(strings.Join(got[name], " "), "https://"+host), "%s has it once", name)
	}
	assert.Equal(t, []string{"'self'", "https://connect.io", "wss://connect.io"}, got["connect-src"])
}

// Whatever origins are accepted, the policy has its own directives and no
// others, allows no eval and no wildcard, and every host in it is one we know.
func TestNoOriginChangesThePolicy(t *testing.T) {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"https://a.b", "https://a.b:8443", "https://*.a.b", "https://a.b;x", "https://a.b 'unsafe-eval'", "https://a.b,c", "data:", "*"}),
		rapid.StringMatching(`https://[a-z.:*;' ]{1,12}`), rapid.String(),
	)
	names := directivesOf(Origins{}.header())
	rapid.Check(t, func(t *rapid.T) {
		o := Origins{API: text.Draw(t, "api"), Script: []string{text.Draw(t, "script")}, Form: []string{text.Draw(t, "form")}}
		if o.validate() != nil {
			return
		}
		header := o.header()
		got := directivesOf(header)
		assert.Len(t, got, len(names))
		for name, sources := range got {
			assert.Contains(t, names, name)
			for _, source := range sources {
				assert.NotContains(t, source, "*")
				assert.NotContains(t, source, ",")
				assert.NotEqual(t, "'unsafe-eval'", source)
			}
		}
		assert.Equal(t, len(names)-1, strings.Count(header, ";"))
	})
}

func FuzzCheckOrigin(f *testing.F) {
	for _, seed := range []string{"https://api.tripsage.ai", "https://*.a.b", "https://a.b; x", "http://a.b", "https://a@b.c", "https://a.b:", "//a.b", "https://a.b\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		if checkOrigin("X", origin) != nil {
			return
		}
		parsed, err := url.Parse(origin)
		assert.NoError(t, err)
		assert.Equal(t, "https://"+parsed.Host, origin)
		assert.False(t, strings.ContainsAny(origin, " ;,'\"*@\t\n\r"), origin)
	})
}

func FuzzSecretReason(f *testing.F) {
	f.Add("DATABASE_URL", "postgres://a:hunter2@b/c")
	f.Add("X", serviceKey)
	f.Add("NEXT_PUBLIC_SUPABASE_ANON_KEY", anonKey)
	f.Fuzz(func(t *testing.T, key, value string) {
		reason := SecretReason(key, value)
		if len(value) > 30 {
			assert.NotContains(t, reason, value)
		}
		assert.Equal(t, reason, SecretReason(key, value))
	})
}
