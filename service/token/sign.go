package apitoken

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tripsage/infrastructure/service"
)

// Claims are what Sign puts into a token.
type Claims struct {
	User     service.UserID
	Email    string          // "" leaves it out
	Scopes   []service.Scope // nil does not limit the token
	Audience string
	Issuer   string // "" leaves it out
	Issued   time.Time
	Expires  time.Time
}

// Sign makes a token like those of Supabase Auth, with HS256.
func Sign(secret []byte, claims Claims) (string, error) {
	user, ok := canonical(string(claims.User))
	switch {
	case len(secret) < MinSecret:
		return "", fmt.Errorf("the secret has %d bytes, it needs at least %d", len(secret), MinSecret)
	case !ok:
		return "", errors.New("the user is not a UUID such as 0192f5c4-7d3e-7c1a-9b2f-1a2b3c4d5e6f")
	case !claims.Expires.After(claims.Issued):
		return "", errors.New("the token would end before it begins")
	}
	all := jwt.MapClaims{
		"sub": string(user), "role": role, "aud": claims.Audience,
		"iat": claims.Issued.Unix(), "exp": claims.Expires.Unix(),
	}
	if claims.Email != "" {
		all["email"] = claims.Email
	}
	if claims.Issuer != "" {
		all["iss"] = claims.Issuer
	}
	if claims.Scopes != nil {
		words := make([]string, len(claims.Scopes))
		for i, scope := range claims.Scopes {
			words[i] = string(scope)
		}
		all["scope"] = strings.Join(words, " ")
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, all).SignedString(secret)
}
