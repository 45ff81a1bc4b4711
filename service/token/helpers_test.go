package apitoken

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

const (
	user    = "0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f"
	keysURL = "https://auth.example.com/.well-known/jwks.json"
)

// testSecret is as long as those of Supabase.
var testSecret = []byte("super-secret-jwt-token-with-at-least-32-characters-long")

// events remembers what was counted.
type events struct {
	service.Unobserved
	mu     sync.Mutex
	labels []string
}

func (e *events) Count(event service.Event, label string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.labels = append(e.labels, string(event)+" "+label)
}

func (e *events) last() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.labels[len(e.labels)-1]
}

// answer is what an endpoint says: a status and a body, or nothing because of the error.
type answer func(context.Context) (status int, body []byte, err error)

// endpoint answers requests for a key set in memory.
type endpoint struct {
	mu     sync.Mutex
	asked  int
	answer answer
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	e.mu.Lock()
	e.asked++
	answer := e.answer
	e.mu.Unlock()
	status, body, err := answer(r.Context())
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}, nil
}

func (e *endpoint) becomes(answer answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

func (e *endpoint) count() int { e.mu.Lock(); defer e.mu.Unlock(); return e.asked }

func serving(status int, body []byte) answer {
	return func(context.Context) (int, []byte, error) { return status, body, nil }
}

// issuer has keys of each kind.
type issuer struct {
	ec  *ecdsa.PrivateKey
	rsa *rsa.PrivateKey
	ed  ed25519.PrivateKey
}

func newIssuer(t testing.TB) issuer {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return issuer{ec, long, ed}
}

// publish is a public key as it is in a key set.
func publish(t testing.TB, id string, key any, change func(*jwk)) jwk {
	t.Helper()
	k := jwk{ID: id}
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		require.NoError(t, err)
		half := (len(point) - 1) / 2
		k.Type, k.Curve, k.X, k.Y = "EC", key.Params().Name, point[1:1+half], point[1+half:]
	case *rsa.PublicKey:
		k.Type, k.N, k.E = "RSA", key.N.Bytes(), big.NewInt(int64(key.E)).Bytes()
	case ed25519.PublicKey:
		k.Type, k.Curve, k.X = "OKP", "Ed25519", number(key)
	}
	if change != nil {
		change(&k)
	}
	return k
}

func keySetOf(t testing.TB, keys ...jwk) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"keys": keys})
	require.NoError(t, err)
	return data
}

func (i issuer) keySet(t testing.TB) []byte {
	t.Helper()
	return keySetOf(t, publish(t, "ec", i.ec.Public(), nil), publish(t, "rsa", i.rsa.Public(), nil), publish(t, "ed", i.ed.Public(), nil))
}

// verifier makes one that asks the endpoint, or has no key set without one.
func verifier(t testing.TB, at *endpoint, change func(*Options)) (*Verifier, *events) {
	t.Helper()
	seen := &events{}
	options := Options{Secret: testSecret, Audience: "authenticated", Observer: seen, Log: slog.New(slog.DiscardHandler)}
	if at != nil {
		options.KeysURL = keysURL
	}
	if change != nil {
		change(&options)
	}
	v, err := New(options)
	require.NoError(t, err)
	if at != nil {
		v.keys.client.Transport = at
	}
	return v, seen
}

// good are claims of a good token; with changes them, and takes out what is nil.
func good(with jwt.MapClaims) jwt.MapClaims {
	claims := jwt.MapClaims{
		"sub": user, "aud": "authenticated", "role": "authenticated", "email": "alice@example.com",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, with)
	for _, name := range slices.Collect(maps.Keys(claims)) {
		if claims[name] == nil {
			delete(claims, name)
		}
	}
	return claims
}

// mint signs a token; header has name and value in turns.
func mint(t testing.TB, method jwt.SigningMethod, key any, claims jwt.Claims, header ...any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	for i := 0; i < len(header); i += 2 {
		token.Header[header[i].(string)] = header[i+1]
	}
	text, err := token.SignedString(key)
	require.NoError(t, err)
	return text
}

func hs256(t testing.TB, with jwt.MapClaims) string {
	t.Helper()
	return mint(t, jwt.SigningMethodHS256, testSecret, good(with))
}
