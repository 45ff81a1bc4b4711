package apitoken

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func down(context.Context) (int, []byte, error) { return 0, nil, errors.New("connection refused") }

// stuck never answers.
func stuck(ctx context.Context) (int, []byte, error) {
	<-ctx.Done()
	return 0, nil, ctx.Err()
}

func codeFor(t *testing.T, v *Verifier, token string) service.Code {
	t.Helper()
	_, err := v.Authenticate(t.Context(), token)
	return service.CodeOf(err)
}

func TestKeyRotation(t *testing.T) {
	old, fresh := newIssuer(t), newIssuer(t)
	synctest.Test(t, func(t *testing.T) {
		at := &endpoint{answer: serving(200, keySetOf(t, publish(t, "old", old.ec.Public(), nil)))}
		v, _ := verifier(t, at, nil)
		byOld := mint(t, jwt.SigningMethodES256, old.ec, good(nil), "kid", "old")
		byNew := mint(t, jwt.SigningMethodES256, fresh.ec, good(nil), "kid", "new")
		require.Empty(t, codeFor(t, v, byOld))

		at.becomes(serving(200, keySetOf(t, publish(t, "old", old.ec.Public(), nil), publish(t, "new", fresh.ec.Public(), nil))))
		assert.Equal(t, service.CodeUnauthenticated, codeFor(t, v, byNew), "asked a moment ago")
		assert.Equal(t, 1, at.count())
		time.Sleep(minRefresh)
		assert.Empty(t, codeFor(t, v, byNew))
		assert.Empty(t, codeFor(t, v, byOld), "both are good")
		assert.Equal(t, 2, at.count())

		at.becomes(serving(200, keySetOf(t, publish(t, "new", fresh.ec.Public(), nil))))
		time.Sleep(maxAge)
		assert.Empty(t, codeFor(t, v, byOld), "nobody waits for the new set while the key is known")
		synctest.Wait()
		assert.Equal(t, 3, at.count())
		assert.Equal(t, service.CodeUnauthenticated, codeFor(t, v, byOld), "remembered tokens of a dropped key are forgotten")
		assert.Empty(t, codeFor(t, v, byNew))
		assert.Equal(t, 3, at.count())

		at.becomes(serving(200, keySetOf(t, publish(t, "new", old.ec.Public(), nil))))
		time.Sleep(maxAge)
		_ = codeFor(t, v, byNew)
		synctest.Wait()
		assert.Equal(t, service.CodeUnauthenticated, codeFor(t, v, byNew), "the id has another key now")
	})
}

func TestKeySetThatIsDown(t *testing.T) {
	keys := newIssuer(t)
	token := mint(t, jwt.SigningMethodES256, keys.ec, good(jwt.MapClaims{"exp": time.Now().Add(100 * 365 * 24 * time.Hour).Unix(), "iat": nil}), "kid", "ec")
	synctest.Test(t, func(t *testing.T) {
		var logs bytes.Buffer
		at := &endpoint{answer: down}
		v, seen := verifier(t, at, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&logs, nil)) })
		assert.Equal(t, service.CodeDependencyDown, codeFor(t, v, token), "nobody can tell whether it is good")
		assert.Equal(t, "authentication unavailable", seen.last())
		assert.Empty(t, codeFor(t, v, mint(t, jwt.SigningMethodHS256, testSecret, good(nil))), "the secret needs no endpoint")
		assert.Equal(t, service.CodeDependencyDown, codeFor(t, v, token))
		assert.Equal(t, 1, at.count(), "it is not asked for each request")
		time.Sleep(firstRetry)
		at.becomes(serving(200, keys.keySet(t)))
		assert.Empty(t, codeFor(t, v, token))

		unknown := mint(t, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "next")
		for _, fault := range []answer{
			down, stuck, serving(500, nil), serving(302, nil), serving(200, nil), serving(200, []byte("<html>")), serving(200, []byte("[]")),
			serving(200, []byte("{}")), serving(200, []byte(`{"keys":null}`)), serving(200, append(keys.keySet(t), make([]byte, maxKeySet)...)),
		} {
			at.becomes(fault)
			asked := at.count()
			time.Sleep(maxAge)
			assert.Empty(t, codeFor(t, v, token), "the keys from before are good")
			time.Sleep(fetchTimeout)
			synctest.Wait()
			assert.Equal(t, asked+1, at.count())
			assert.Empty(t, codeFor(t, v, token))
			assert.Equal(t, service.CodeDependencyDown, codeFor(t, v, unknown), "it may be a new key")
		}
		assert.Equal(t, 11, strings.Count(logs.String(), "key set not read"), logs.String())
		assert.Contains(t, logs.String(), "keys_kept=3")
		assert.NotContains(t, logs.String(), token[:20])
	})
}

func TestKeySetThatIsSlow(t *testing.T) {
	keys := newIssuer(t)
	token := mint(t, jwt.SigningMethodES256, keys.ec, good(jwt.MapClaims{"exp": time.Now().Add(100 * 365 * 24 * time.Hour).Unix(), "iat": nil}), "kid", "ec")
	synctest.Test(t, func(t *testing.T) {
		at := &endpoint{answer: func(context.Context) (int, []byte, error) {
			time.Sleep(fetchTimeout / 2)
			return 200, keys.keySet(t), nil
		}}
		v, seen := verifier(t, at, nil)
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := v.Authenticate(impatient, token)
		assert.Equal(t, service.CodeTimeout, service.CodeOf(err))
		assert.Equal(t, time.Second, time.Since(start), "a request waits as long as it may and no longer")
		assert.Empty(t, seen.labels, "nothing is known about the token")

		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { assert.Empty(t, codeFor(t, v, token)) })
		}
		group.Wait()
		assert.Equal(t, fetchTimeout/2, time.Since(start))
		assert.Equal(t, 1, at.count(), "all of them wait for one answer")
	})
	synctest.Test(t, func(t *testing.T) {
		v, _ := verifier(t, &endpoint{answer: stuck}, nil)
		start := time.Now()
		assert.Equal(t, service.CodeDependencyDown, codeFor(t, v, token))
		assert.Equal(t, fetchTimeout, time.Since(start))
	})
}

func TestKeysThatMakeNoSense(t *testing.T) {
	keys := newIssuer(t)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	t.Setenv("GODEBUG", "rsa1024min=0") // to make a key that is too short
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	set := keySetOf(t,
		publish(t, "good", keys.ec.Public(), func(k *jwk) { k.Algorithm, k.Use = algES256, "sig" }),
		jwk{Type: "oct", ID: "oct"},
		publish(t, "", keys.ec.Public(), nil),
		publish(t, "384", p384.Public(), nil),
		publish(t, "short", short.Public(), nil),
		publish(t, "long", keys.rsa.Public(), func(k *jwk) { k.N = bytes.Repeat(k.N, 10) }),
		publish(t, "encryption", keys.rsa.Public(), func(k *jwk) { k.Use = "enc" }),
		publish(t, "PS256", keys.rsa.Public(), func(k *jwk) { k.Algorithm = "PS256" }),
		publish(t, "HS256", keys.rsa.Public(), func(k *jwk) { k.Algorithm = "HS256" }),
		publish(t, "off", keys.ec.Public(), func(k *jwk) { k.X = k.Y }),
		publish(t, "short point", keys.ec.Public(), func(k *jwk) { k.X = k.X[1:] }),
		publish(t, "shifted point", keys.ec.Public(), func(k *jwk) { k.X, k.Y = append(k.X, k.Y[0]), k.Y[1:] }),
		publish(t, "large exponent", keys.rsa.Public(), func(k *jwk) { k.E = bytes.Repeat([]byte{1}, 5) }),
		publish(t, "huge exponent", keys.rsa.Public(), func(k *jwk) { k.E = bytes.Repeat([]byte{1}, 50) }),
		publish(t, "short Edwards", keys.ed.Public(), func(k *jwk) { k.X = k.X[1:] }),
	)
	set = append(bytes.TrimSuffix(set, []byte("]}")), []byte(`,null,7,"x",[],{},{"kid":7},{"kid":"x","kty":"EC"},`+
		`{"kid":"b","kty":"OKP","crv":"Ed25519","x":"!"},{"kid":"f","kty":"RSA","n":1,"e":2},`+
		`{"kid":"k","kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXM","alg":"HS256"}]}`)...)
	parsed, err := parseKeys(set)
	require.NoError(t, err)
	assert.Len(t, parsed, 1)
	assert.True(t, keys.ec.PublicKey.Equal(parsed["good"].key))
}

// TestKeySetOverTheNetwork is with a real server: answers without end, and an address that moved.
func TestKeySetOverTheNetwork(t *testing.T) {
	keys := newIssuer(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(keys.keySet(t)) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"keys":[`))
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 4096)); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	token := mint(t, jwt.SigningMethodRS256, keys.rsa, good(nil), "kid", "rsa")
	for path, want := range map[string]service.Code{
		"/keys": "", "/moved": service.CodeDependencyDown, "/endless": service.CodeDependencyDown, "/nowhere": service.CodeDependencyDown,
	} {
		v, _ := verifier(t, nil, func(o *Options) { o.KeysURL = server.URL + path })
		assert.Equal(t, want, codeFor(t, v, token), path)
	}
	for _, address := range []string{"http://127.0.0.1:1/", "ftp://127.0.0.1/", "\x7f", "no address"} {
		v, _ := verifier(t, nil, func(o *Options) { o.KeysURL = address })
		assert.Equal(t, service.CodeDependencyDown, codeFor(t, v, token), address)
	}
}

func FuzzKeySet(f *testing.F) {
	keys := newIssuer(f)
	f.Add(keys.keySet(f))
	f.Add([]byte(`{"keys":[{"kid":"a","kty":"RSA","n":"AQ","e":"AQAB"},{"kid":"b","kty":"OKP","crv":"Ed25519","x":"AA"}]}`))
	f.Add([]byte(`{"keys":[{"kid":"a","kty":"EC","crv":"P-256","x":"","y":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, err := parseKeys(data)
		if err != nil {
			require.Empty(t, parsed)
		}
		for id, key := range parsed {
			require.NotEmpty(t, id)
			require.Contains(t, []string{algES256, algRS256, algEdDSA}, key.algorithm)
			require.False(t, dropped(parsed, parsed))
			method := jwt.GetSigningMethod(key.algorithm)
			require.Error(t, method.Verify("text", make([]byte, 64), key.key))
		}
	})
}
