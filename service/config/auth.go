package config

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/url"
	"slices"
	"strings"
)

const (
	minSecretBytes    = 32 // RFC 7518, section 3.2: HS256 needs a key of at least the hash's size
	encryptionKeySize = 32 // AES-256
	maxKeys           = 10
	maxOrigins        = 50
)

// Auth says whose tokens are good. At least one of JWTSecret and JWKSURL is set.
type Auth struct {
	JWTSecret Secret // JWT_SECRET: tokens signed with HS256
	JWKSURL   string // JWKS_URL: where the public keys of asymmetric tokens are
	Audience  string // JWT_AUDIENCE: what the claim aud must hold
	Issuer    string // JWT_ISSUER: what the claim iss must be; "" for any
}

// Keys are encryption keys that hide themselves like Secret.
type Keys struct{ keys [][]byte }

// Reveal returns the keys, the one that encrypts first.
func (k Keys) Reveal() [][]byte { return k.keys }

// String hides the keys from fmt's %s and %v.
func (k Keys) String() string { return hidden }

// LogValue hides the keys from slog.
func (k Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// GoString hides the keys from fmt's %#v.
func (k Keys) GoString() string { return hidden }

// MarshalText hides the keys from JSON and other encoders.
func (k Keys) MarshalText() ([]byte, error) { return []byte(hidden), nil }

func (r *reader) auth() Auth {
	const expected = "the secret of the Supabase project's JWTs, at least 32 bytes"
	auth := Auth{
		JWKSURL:  r.webURL("JWKS_URL", "https://project.supabase.co/auth/v1/.well-known/jwks.json"),
		Audience: r.text("JWT_AUDIENCE", "authenticated"),
		Issuer:   r.text("JWT_ISSUER", ""),
	}
	value, from, ok := r.optionalSecret("JWT_SECRET", expected)
	switch {
	case ok && value == "" && auth.JWKSURL == "" && r.getenv("JWKS_URL") == "":
		r.fault("JWT_SECRET", "", "and JWKS_URL are both not set, so no token would be good", "at least one of them")
	case value != "" && len(value) < minSecretBytes:
		r.fault(from, "", "is too short", expected)
	}
	auth.JWTSecret = NewSecret(value)
	return auth
}

// encryptionKeys reads ENCRYPTION_KEYS. Without it users cannot store keys of their own.
func (r *reader) encryptionKeys() Keys {
	const expected = "base64 of 32 random bytes, several separated by commas: the first encrypts, all decrypt"
	value, from, ok := r.optionalSecret("ENCRYPTION_KEYS", expected)
	if !ok || value == "" {
		return Keys{}
	}
	var keys [][]byte
	for part := range strings.SplitSeq(value, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(part))
		if err != nil || len(key) != encryptionKeySize {
			r.fault(from, "", "holds something that is not a key", expected)
			return Keys{}
		}
		if slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) }) {
			r.fault(from, "", "holds a key twice", expected)
			return Keys{}
		}
		keys = append(keys, key)
	}
	if len(keys) > maxKeys {
		r.fault(from, "", "holds more than 10 keys", expected)
	}
	return Keys{keys}
}

// origins reads API_ALLOWED_ORIGINS: the pages that browsers may call the API from.
func (r *reader) origins() []string {
	const key = "API_ALLOWED_ORIGINS"
	const expected = "origins such as https://tripsage.ai, separated by commas, at most 50 of them"
	value := r.getenv(key)
	if value == "" {
		return nil
	}
	var origins []string
	for part := range strings.SplitSeq(value, ",") {
		origin := strings.TrimSpace(part)
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != strings.ToLower(origin) || origin != strings.ToLower(origin) ||
			(u.Scheme != "https" && u.Scheme != "http") {
			r.fault(key, value, "holds something that is not an origin", expected)
			return nil
		}
		origins = append(origins, origin)
	}
	if len(origins) > maxOrigins {
		r.fault(key, value, "holds too many origins", expected)
	}
	return origins
}
