package infra

import (
	"encoding/base64"
	"slices"
	"strings"
)

const (
	// minJWTSecret is in bytes: HS256 needs a key of at least its hash's size
	// (RFC 7518, 3.2).
	minJWTSecret = 32
	// cipherKeyBytes is the size of each encryption key: AES-256.
	cipherKeyBytes = 32
	// mostKeys is how many encryption keys the API takes, and mostOrigins how many
	// pages.
	mostKeys    = 10
	mostOrigins = 50
)

func (a Auth) validate(fs *faults) {
	const set = "`pulumi config set --path --secret auth.jwtSecret`"
	switch {
	case a.JWTSecret.IsSet() && len(a.JWTSecret.Reveal()) < minJWTSecret:
		fs.add("auth.jwtSecret", a.JWTSecret, "at least 32 bytes", "copy the JWT secret of the Supabase project and set it with "+set)
	case !a.JWTSecret.IsSet() && !a.GenerateSecret && a.JWKSURL == "":
		fs.add("auth.jwtSecret", a.JWTSecret, "a value, since auth.jwksURL has none either and no token would be good",
			"set auth.jwksURL to the Supabase project's key set, or the secret with "+set, "auth.jwksURL", "auth.generateSecret")
	}
	if a.JWKSURL != "" {
		fs.address("auth.jwksURL", a.JWKSURL, form{"^https" + restOfAddress,
			"an address such as https://<project>.supabase.co/auth/v1/.well-known/jwks.json", "write the https address of the key set"})
	}
	if a.Issuer != "" {
		fs.address("auth.issuer", a.Issuer, form{"^https?" + restOfAddress,
			"an address such as https://<project>.supabase.co/auth/v1", "write the claim iss of the tokens, or nothing to take any"})
	}
	fs.like("auth.audience", a.Audience, form{`^[-._:/A-Za-z0-9]{1,100}$`, "the claim aud of the tokens, such as authenticated",
		"write what the tokens have"})
}

// validateKeys says of no key what it is.
func (a API) validateKeys(fs *faults) {
	const fix = "make a key with `openssl rand -base64 32`, put it before the old ones and set all of them, with commas between, " +
		"with `pulumi config set --path --secret api.encryptionKeys`"
	if !a.EncryptionKeys.IsSet() {
		return
	}
	var keys []string
	for part := range strings.SplitSeq(a.EncryptionKeys.Reveal(), ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(part))
		if err != nil || len(key) != cipherKeyBytes || slices.Contains(keys, string(key)) {
			fs.add("api.encryptionKeys", a.EncryptionKeys, "base64 of 32 random bytes, or several with commas between, each once", fix)
			return
		}
		keys = append(keys, string(key))
	}
	if len(keys) > mostKeys {
		fs.add("api.encryptionKeys", a.EncryptionKeys, "at most 10 keys", "leave out those that nothing is sealed with any more")
	}
}

func (a API) validateOrigins(fs *faults) {
	for _, origin := range a.AllowedOrigins {
		if !strings.HasPrefix(origin, "http://") {
			fs.web("api.allowedOrigins", origin)
			continue
		}
		fs.address("api.allowedOrigins", origin, form{`^http://(localhost|127\.0\.0\.1)(:[1-9][0-9]{0,4})?$`,
			"http for localhost only", "write https://: a page without TLS can be changed on its way"})
	}
	fs.once("api.allowedOrigins", a.AllowedOrigins)
	if len(a.AllowedOrigins) > mostOrigins {
		fs.add("api.allowedOrigins", len(a.AllowedOrigins), "at most 50 pages", "list fewer")
	}
}

func (e Embedding) validate(fs *faults) {
	scheme, expected := "^https?", "an address such as https://api.openai.com/v1"
	if e.APIKey.IsSet() {
		scheme, expected = "^https", expected+", with https because embedding.apiKey is sent to it"
	}
	fs.address("embedding.url", e.URL, form{scheme + restOfAddress, expected, "write the base of the API, without /embeddings"}, "embedding.apiKey")
	fs.like("embedding.model", e.Model, form{`^[-._:/@A-Za-z0-9]{1,200}$`, "the name of a model", "name one that can make 384 dimensions, such as text-embedding-3-small"})
	if e.APIKey.IsSet() && !isHeaderValue(e.APIKey.Reveal()) {
		fs.add("embedding.apiKey", e.APIKey, "one line without spaces", "set it with `pulumi config set --path --secret embedding.apiKey`")
	}
	fs.between("embedding.timeoutSeconds", e.TimeoutSeconds, 1, 60)
}

// isHeaderValue tells whether text can stand in a header as it is.
func isHeaderValue(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c >= 0x7f })
}

func (t Tracing) validate(fs *faults) {
	fs.address("tracing.endpoint", t.Endpoint, form{"^https?" + restOfAddress,
		"an address such as http://otel-collector.observability.svc:4318", "write the base of the collector's OTLP/HTTP receiver"})
	fs.between("tracing.samplePercent", t.SamplePercent, 0, 100)
}
