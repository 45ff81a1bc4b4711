package apitoken

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestGoodTokens(t *testing.T) {
	keys := newIssuer(t)
	v, seen := verifier(t, &endpoint{answer: serving(200, keys.keySet(t))}, nil)
	now := time.Now()
	for name, token := range map[string]string{
		"HS256":                  hs256(t, nil),
		"HS256 that names a key": mint(t, jwt.SigningMethodHS256, testSecret, good(nil), "kid", "ec"),
		"ES256":                  mint(t, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "ec"),
		"RS256":                  mint(t, jwt.SigningMethodRS256, keys.rsa, good(nil), "kid", "rsa"),
		"EdDSA":                  mint(t, jwt.SigningMethodEdDSA, keys.ed, good(nil), "kid", "ed"),
		"several audiences":      hs256(t, jwt.MapClaims{"aud": []string{"other", "authenticated"}}),
		"a guest":                hs256(t, jwt.MapClaims{"is_anonymous": true, "email": "alice@example.com"}),
		"no time of issue":       hs256(t, jwt.MapClaims{"iat": nil}),
		"our clock is late":      hs256(t, jwt.MapClaims{"iat": now.Add(20 * time.Second).Unix(), "nbf": now.Add(20 * time.Second).Unix()}),
		"our clock is early":     hs256(t, jwt.MapClaims{"exp": now.Add(-20 * time.Second).Unix()}),
		"a UUID in capitals":     hs256(t, jwt.MapClaims{"sub": strings.ToUpper(user)}),
	} {
		for range 2 { // checked, and remembered
			by, err := v.Authenticate(t.Context(), token)
			require.NoError(t, err, name)
			assert.Equal(t, service.UserID(user), by.User, name)
			assert.Equal(t, "alice@example.com", by.Email, name)
			assert.Nil(t, by.Scopes, name)
			assert.Equal(t, "authentication accepted", seen.last(), name)
			var claims map[string]any
			require.NoError(t, json.Unmarshal(by.Claims, &claims), name)
			assert.EqualValues(t, by.Expires.Add(-leeway).Unix(), claims["exp"], name)
			assert.Equal(t, user, strings.ToLower(claims["sub"].(string)), name)
		}
	}
}

func TestBadTokens(t *testing.T) {
	keys, others := newIssuer(t), newIssuer(t)
	at := &endpoint{answer: serving(200, keys.keySet(t))}
	v, seen := verifier(t, at, func(o *Options) { o.Issuer = "https://auth.example.com" })
	ours := func(with jwt.MapClaims) jwt.MapClaims {
		claims := good(jwt.MapClaims{"iss": "https://auth.example.com"})
		for name, value := range with {
			if claims[name] = value; value == nil {
				delete(claims, name)
			}
		}
		return claims
	}
	signed := func(with jwt.MapClaims) string { return mint(t, jwt.SigningMethodHS256, testSecret, ours(with)) }
	soon, past := time.Now().Add(40*time.Second).Unix(), time.Now().Add(-40*time.Second).Unix()
	der, err := x509.MarshalPKIXPublicKey(keys.rsa.Public())
	require.NoError(t, err)
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	parts := strings.Split(signed(nil), ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))

	_, err = v.Authenticate(t.Context(), signed(nil))
	require.NoError(t, err, "what the others are changed from is good")
	for _, tc := range []struct{ name, token, label string }{
		{"alg none", mint(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, ours(nil)), "forged"},
		{"alg none and a good signature", none + "." + parts[1] + "." + parts[2], "forged"},
		{"alg none in capitals", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"NONE"}`)) + "." + parts[1] + ".", "forged"},
		{"no alg", base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT"}`)) + "." + parts[1] + "." + parts[2], "forged"},
		{"an alg that is no text", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":["HS256"]}`)) + "." + parts[1] + "." + parts[2], "forged"},
		{"no signature", parts[0] + "." + parts[1] + ".", "forged"},
		{"another secret", mint(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), ours(nil)), "forged"},
		{"no secret", mint(t, jwt.SigningMethodHS256, []byte{}, ours(nil)), "forged"},
		{"HS384", mint(t, jwt.SigningMethodHS384, testSecret, ours(nil)), "forged"},
		{"the public key as secret", mint(t, jwt.SigningMethodHS256, public, ours(nil), "kid", "rsa"), "forged"},
		{"the public key's numbers as secret", mint(t, jwt.SigningMethodHS256, keys.rsa.N.Bytes(), ours(nil), "kid", "rsa"), "forged"},
		{"the secret as an asymmetric key's", mint(t, jwt.SigningMethodHS256, testSecret, ours(nil), "alg", "RS256", "kid", "rsa"), "forged"},
		{"RS512", mint(t, jwt.SigningMethodRS512, keys.rsa, ours(nil), "kid", "rsa"), "forged"},
		{"PS256", mint(t, jwt.SigningMethodPS256, keys.rsa, ours(nil), "kid", "rsa"), "forged"},
		{"ES384", mint(t, jwt.SigningMethodES384, p384, ours(nil), "kid", "ec"), "forged"},
		{"another algorithm than the key's", mint(t, jwt.SigningMethodES256, keys.ec, ours(nil), "kid", "rsa"), "forged"},
		{"another key of that id", mint(t, jwt.SigningMethodES256, others.ec, ours(nil), "kid", "ec"), "forged"},
		{"a key that is not in the set", mint(t, jwt.SigningMethodES256, others.ec, ours(nil), "kid", "mine"), "forged"},
		{"a key that it brings", mint(t, jwt.SigningMethodES256, others.ec, ours(nil), "jwk", publish(t, "mine", others.ec.Public(), nil)), "forged"},
		{"a key at its own address", mint(t, jwt.SigningMethodES256, others.ec, ours(nil), "kid", "mine", "jku", "https://evil.example.com"), "forged"},
		{"no kid", mint(t, jwt.SigningMethodES256, keys.ec, ours(nil)), "forged"},
		{"a kid that is no text", mint(t, jwt.SigningMethodES256, keys.ec, ours(nil), "kid", 7), "forged"},
		{"a kid that wants a file", mint(t, jwt.SigningMethodES256, keys.ec, ours(nil), "kid", "../../dev/null"), "forged"},
		{"critical extensions", mint(t, jwt.SigningMethodHS256, testSecret, ours(nil), "crit", []string{"b64"}, "b64", false), "forged"},
		{"another issuer", signed(jwt.MapClaims{"iss": "https://evil.example.com"}), "forged"},
		{"no issuer", signed(jwt.MapClaims{"iss": nil}), "forged"},
		{"expired", signed(jwt.MapClaims{"exp": past}), "expired"},
		{"expired, as a fraction", signed(jwt.MapClaims{"exp": float64(past) + .5}), "expired"},
		{"not yet", signed(jwt.MapClaims{"nbf": soon}), "expired"},
		{"from the future", signed(jwt.MapClaims{"iat": soon}), "expired"},
		{"without end", signed(jwt.MapClaims{"exp": nil}), "malformed"},
		{"an end that is no number", signed(jwt.MapClaims{"exp": "tomorrow"}), "malformed"},
		{"no sub", signed(jwt.MapClaims{"sub": nil}), "malformed"},
		{"a sub that is no UUID", signed(jwt.MapClaims{"sub": "alice"}), "malformed"},
		{"a sub that is SQL", signed(jwt.MapClaims{"sub": user[:30] + "' or 1"}), "malformed"},
		{"a UUID in another form", signed(jwt.MapClaims{"sub": "{" + user + "}"}), "malformed"},
		{"a UUID without hyphens", signed(jwt.MapClaims{"sub": strings.ReplaceAll(user, "-", "")}), "malformed"},
		{"a scope that is a number", signed(jwt.MapClaims{"scope": 1}), "malformed"},
		{"scopes that are one text", signed(jwt.MapClaims{"scopes": "trips:read"}), "malformed"},
		{"scopes of numbers", signed(jwt.MapClaims{"scopes": []any{"trips:read", 1}}), "malformed"},
		{"scope and scopes", signed(jwt.MapClaims{"scope": "", "scopes": []string{"trips:read"}}), "malformed"},
		{"another audience", signed(jwt.MapClaims{"aud": "admin"}), "audience"},
		{"no audience", signed(jwt.MapClaims{"aud": nil}), "audience"},
		{"an audience that is a number", signed(jwt.MapClaims{"aud": 1}), "audience"},
		{"the project's public key", signed(jwt.MapClaims{"role": "anon", "sub": nil, "aud": nil}), "role"},
		{"the project's secret key", signed(jwt.MapClaims{"role": "service_role"}), "role"},
		{"no role", signed(jwt.MapClaims{"role": nil}), "role"},
		{"SUB is not sub", signed(jwt.MapClaims{"sub": nil, "SUB": user}), "malformed"},
		{"huge", signed(jwt.MapClaims{"padding": strings.Repeat("x", maxToken)}), "malformed"},
		{"nothing", "", "malformed"},
		{"two parts", parts[0] + "." + parts[1], "malformed"},
		{"four parts", signed(nil) + ".x", "malformed"},
		{"five parts", signed(nil) + ".x.y", "malformed"},
		{"dots", "..", "malformed"},
		{"padding", signed(nil) + "=", "malformed"},
		{"a line break", parts[0] + "\n." + parts[1] + "." + parts[2], "malformed"},
		{"a NUL", signed(nil) + "\x00", "malformed"},
		{"not JSON", "eyJ.eyJ.eyJ", "malformed"},
		{"claims that are null", mintRaw("null"), "malformed"},
		{"claims that are a list", mintRaw("[]"), "malformed"},
		{"claims that are nested deeply", mintRaw(strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)), "malformed"},
	} {
		code := service.CodeUnauthenticated
		if tc.label == "role" || tc.label == "audience" {
			code = service.CodeForbidden
		}
		for range 2 {
			by, err := v.Authenticate(t.Context(), tc.token)
			assert.Equal(t, code, service.CodeOf(err), "%s: %v", tc.name, err)
			assert.Equal(t, service.Principal{}, by, tc.name)
			assert.Equal(t, "authentication "+tc.label, seen.last(), "%s: %v", tc.name, err)
			if len(parts[2]) > 0 && err != nil {
				assert.NotContains(t, err.Error(), parts[1][:40], tc.name)
			}
		}
	}
	assert.Equal(t, 1, at.count(), "unknown keys are not asked for again and again")
}

// mintRaw signs any text as claims.
func mintRaw(claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	signature, err := jwt.SigningMethodHS256.Sign(text, testSecret)
	if err != nil {
		panic(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestAlgorithmsNeedTheirKeys(t *testing.T) {
	keys := newIssuer(t)
	withoutSet, _ := verifier(t, nil, nil)
	_, err := withoutSet.Authenticate(t.Context(), mint(t, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "ec"))
	assert.Equal(t, service.CodeUnauthenticated, service.CodeOf(err))

	withoutSecret, _ := verifier(t, &endpoint{answer: serving(200, keys.keySet(t))}, func(o *Options) { o.Secret = nil })
	for _, secret := range [][]byte{testSecret, {}} {
		_, err = withoutSecret.Authenticate(t.Context(), mint(t, jwt.SigningMethodHS256, secret, good(nil), "kid", "ec"))
		assert.Equal(t, service.CodeUnauthenticated, service.CodeOf(err))
	}
}

func TestOptions(t *testing.T) {
	_, err := New(Options{Secret: testSecret[:31]})
	require.EqualError(t, err, "the secret of the tokens has 31 bytes, it needs at least 32")
	_, err = New(Options{})
	require.EqualError(t, err, "tokens need a secret or the address of a key set to be checked with")
}

func TestScopes(t *testing.T) {
	v, _ := verifier(t, nil, nil)
	for _, tc := range []struct {
		claims        jwt.MapClaims
		reads, writes bool
	}{
		{nil, true, true},
		{jwt.MapClaims{"scope": "trips:read chat:read"}, true, false},
		{jwt.MapClaims{"scope": " trips:write  trips:read "}, true, true},
		{jwt.MapClaims{"scope": ""}, false, false},
		{jwt.MapClaims{"scope": "trips"}, false, false},
		{jwt.MapClaims{"scopes": []string{"trips:write"}}, false, true},
		{jwt.MapClaims{"scopes": []string{}}, false, false},
		{jwt.MapClaims{"scopes": []string{"trips:read trips:write"}}, false, false},
	} {
		by, err := v.Authenticate(t.Context(), hs256(t, tc.claims))
		require.NoError(t, err)
		assert.Equal(t, tc.reads, by.May(service.ScopeTripsRead), tc.claims)
		assert.Equal(t, tc.writes, by.May(service.ScopeTripsWrite), tc.claims)
	}
}
