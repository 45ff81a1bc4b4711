package apitest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keySet is a server with one public key, and that key.
type keySet struct {
	url     string
	private *rsa.PrivateKey
}

func newKeySet(t *testing.T) keySet {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	body, err := json.Marshal(map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": number(key.N), "e": number(big.NewInt(int64(key.E))),
	}}})
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	t.Cleanup(server.Close)
	return keySet{server.URL, key}
}

// signed makes a token by hand, as an attacker may.
func signed(t *testing.T, method jwt.SigningMethod, key any, claims jwt.MapClaims, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	for name, value := range header {
		token.Header[name] = value
	}
	text, err := token.SignedString(key)
	require.NoError(t, err)
	return text
}

// TestTokens: of everything that looks like a token only the good ones are taken, by requests and by
// websockets alike.
func TestTokens(t *testing.T) {
	keys := newKeySet(t)
	a, ada := start(t, "JWKS_URL="+keys.url, "JWT_ISSUER=https://auth.example.com"), someone("ada")
	now := time.Now()
	claims := func(changes jwt.MapClaims) jwt.MapClaims {
		all := jwt.MapClaims{
			"sub": ada.id, "role": "authenticated", "aud": "authenticated", "iss": "https://auth.example.com",
			"email": ada.email, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}
		for name, value := range changes {
			if all[name] = value; value == nil {
				delete(all, name)
			}
		}
		return all
	}
	hs := func(changes jwt.MapClaims) string {
		return signed(t, jwt.SigningMethodHS256, []byte(jwtSecret), claims(changes), nil)
	}
	public, err := x509.MarshalPKIXPublicKey(&keys.private.PublicKey)
	require.NoError(t, err)
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	another, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	kid := map[string]any{"kid": "one"}
	good, none := hs(nil), signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims(nil), nil)
	body := good[:len(good)-43]
	for name, tc := range map[string]struct {
		token  string
		status int
	}{
		"HS256":                         {good, 200},
		"RS256":                         {signed(t, jwt.SigningMethodRS256, keys.private, claims(nil), kid), 200},
		"clock of the issuer is ahead":  {hs(jwt.MapClaims{"iat": now.Add(20 * time.Second).Unix()}), 200},
		"expired within the leeway":     {hs(jwt.MapClaims{"exp": now.Add(-5 * time.Second).Unix()}), 200},
		"expired":                       {hs(jwt.MapClaims{"exp": now.Add(-time.Minute).Unix()}), 401},
		"never expires":                 {hs(jwt.MapClaims{"exp": nil}), 401},
		"not yet":                       {hs(jwt.MapClaims{"nbf": now.Add(5 * time.Minute).Unix()}), 401},
		"issued tomorrow":               {hs(jwt.MapClaims{"iat": now.Add(24 * time.Hour).Unix()}), 401},
		"another secret":                {signed(t, jwt.SigningMethodHS256, []byte("another-secret-of-at-least-32-bytes"), claims(nil), nil), 401},
		"HS384":                         {signed(t, jwt.SigningMethodHS384, []byte(jwtSecret), claims(nil), nil), 401},
		"alg none":                      {none, 401},
		"alg none with a signature":     {none + good[len(good)-43:], 401},
		"signature cut off":             {body, 401},
		"signature of zeros":            {body + base64.RawURLEncoding.EncodeToString(make([]byte, 32)), 401},
		"RS256 key as HS256 secret":     {signed(t, jwt.SigningMethodHS256, asPEM, claims(nil), kid), 401},
		"RS256 DER as HS256 secret":     {signed(t, jwt.SigningMethodHS256, public, claims(nil), kid), 401},
		"RS256 modulus as HS256 secret": {signed(t, jwt.SigningMethodHS256, keys.private.N.Bytes(), claims(nil), kid), 401},
		"RS256 of another key":          {signed(t, jwt.SigningMethodRS256, another, claims(nil), kid), 401},
		"PS256":                         {signed(t, jwt.SigningMethodPS256, keys.private, claims(nil), kid), 401},
		"unknown key":                   {signed(t, jwt.SigningMethodRS256, another, claims(nil), map[string]any{"kid": "../two"}), 401},
		"brings its own key":            {signed(t, jwt.SigningMethodRS256, another, claims(nil), map[string]any{"kid": "two", "jku": keys.url, "jwk": map[string]any{"kty": "oct", "k": "AAAA"}}), 401},
		"critical extension":            {signed(t, jwt.SigningMethodHS256, []byte(jwtSecret), claims(nil), map[string]any{"crit": []string{"b64"}, "b64": false}), 401},
		"wrong audience":                {hs(jwt.MapClaims{"aud": "somebody-else"}), 403},
		"no audience":                   {hs(jwt.MapClaims{"aud": nil}), 403},
		"wrong issuer":                  {hs(jwt.MapClaims{"iss": "https://evil.example.com"}), 401},
		"anonymous key":                 {hs(jwt.MapClaims{"role": "anon"}), 403},
		"service key":                   {hs(jwt.MapClaims{"role": "service_role"}), 403},
		"role of the database":          {hs(jwt.MapClaims{"role": "postgres"}), 403},
		"no user":                       {hs(jwt.MapClaims{"sub": nil}), 401},
		"user is SQL":                   {hs(jwt.MapClaims{"sub": "' or true --"}), 401},
		"scopes of another type":        {hs(jwt.MapClaims{"scope": 1}), 401},
		"no scopes at all":              {hs(jwt.MapClaims{"scope": ""}), 403},
		"words":                         {"hello", 401},
		"dots":                          {"..", 401},
		"huge":                          {body + strings.Repeat("A", 12_000), 401},
	} {
		t.Run(name, func(t *testing.T) {
			c := a.with(tc.token)
			got := c.do(t, "GET", "/trips", "").is(t, tc.status)
			if tc.status == 401 {
				assert.Equal(t, `Bearer error="invalid_token"`, got.header.Get("Www-Authenticate"))
			}
			for _, word := range []string{"expired", "signature", "secret", "issuer"} {
				assert.NotContains(t, string(got.body), word)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			conn, response, err := websocket.Dial(ctx, a.url+"/ws?token="+tc.token, nil) //nolint:bodyclose // the library has closed it
			if tc.status == 200 {
				require.NoError(t, err)
				require.NoError(t, conn.CloseNow())
				return
			}
			require.Error(t, err)
			require.Equal(t, tc.status, response.StatusCode)
		})
	}
}

// TestAuthorizationHeader: one bearer token and nothing else.
func TestAuthorizationHeader(t *testing.T) {
	a, ada := start(t), someone("ada")
	for _, header := range []string{"Bearer " + ada.token, "bearer  " + ada.token} {
		a.with("").do(t, "GET", "/trips", "", "Authorization", header).is(t, 200)
	}
	for _, header := range []string{
		"", "Bearer", "Bearer ", ada.token, "Basic " + ada.token, "Bearer " + ada.token + " " + ada.token, "Bearer " + ada.token + ",",
	} {
		a.with("").do(t, "GET", "/trips", "", "Authorization", header).is(t, 401)
	}
	a.with("").do(t, "GET", "/trips?token="+ada.token, "").is(t, 401) // that is for websockets
	a.with("").do(t, "GET", "/trips", "", "Cookie", "token="+ada.token).is(t, 401)
}
