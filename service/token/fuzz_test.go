package apitoken

import (
	"context"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/service"
)

// Whatever character of a good token is another one, the token is not good.
func TestChangedTokensProperty(t *testing.T) {
	keys := newIssuer(t)
	v, _ := verifier(t, &endpoint{answer: serving(200, keys.keySet(t))}, nil)
	tokens := []string{
		hs256(t, nil), mint(t, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "ec"),
		mint(t, jwt.SigningMethodRS256, keys.rsa, good(nil), "kid", "rsa"), mint(t, jwt.SigningMethodEdDSA, keys.ed, good(nil), "kid", "ed"),
	}
	for _, token := range tokens {
		_, err := v.Authenticate(t.Context(), token)
		require.NoError(t, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.SampledFrom(tokens).Draw(t, "token")
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		other := rapid.SampledFrom([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=")).Draw(t, "other")
		changed := token[:at] + string(other) + token[at+1:]
		_, err := v.Authenticate(context.Background(), changed)
		if changed == token {
			require.NoError(t, err)
		} else {
			require.Equal(t, service.CodeUnauthenticated, service.CodeOf(err))
		}
	})
}

func FuzzAuthenticate(f *testing.F) {
	keys := newIssuer(f)
	v, _ := verifier(f, &endpoint{answer: serving(200, keys.keySet(f))}, nil)
	accepted := map[string]bool{}
	for _, token := range []string{
		hs256(f, nil), mint(f, jwt.SigningMethodES256, keys.ec, good(nil), "kid", "ec"),
	} {
		f.Add(token)
		accepted[token] = true
	}
	for _, seed := range []string{"", "..", "a.b.c", mintRaw("null"), "eyJhbGciOiJub25lIn0.e30.", strings.Repeat(".", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		by, err := v.Authenticate(context.Background(), token)
		if accepted[token] {
			require.NoError(t, err)
			return
		}
		require.Contains(t, []service.Code{service.CodeUnauthenticated, service.CodeForbidden}, service.CodeOf(err))
		require.Equal(t, service.Principal{}, by)
	})
}

// FuzzClaims signs the claims: what an issuer gives us must not break us either.
func FuzzClaims(f *testing.F) {
	v, _ := verifier(f, nil, nil)
	for _, seed := range []string{"null", "{}", `{"exp":1e308,"iat":-1e308}`, `{"sub":null,"aud":[null],"exp":9e99,"role":"authenticated"}`,
		`{"sub":"` + user + `","aud":"authenticated","role":"authenticated","exp":9999999999,"scopes":[[]]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, claims string) {
		by, err := v.Authenticate(context.Background(), mintRaw(claims))
		if err == nil {
			require.Len(t, by.User, len(user))
			require.JSONEq(t, claims, string(by.Claims))
		}
	})
}
