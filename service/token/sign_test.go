package apitoken

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service"
)

func TestSign(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	claims := Claims{
		User: user, Email: "alice@example.com", Scopes: []service.Scope{service.ScopeTripsRead, service.ScopeSearch},
		Audience: "authenticated", Issuer: "https://auth.example.com", Issued: now, Expires: now.Add(time.Hour),
	}
	text, err := Sign(testSecret, claims)
	require.NoError(t, err)
	v, _ := verifier(t, nil, func(o *Options) { o.Issuer = claims.Issuer })
	by, err := v.Authenticate(t.Context(), text)
	require.NoError(t, err)
	assert.Equal(t, claims.User, by.User)
	assert.Equal(t, claims.Email, by.Email)
	assert.Equal(t, map[service.Scope]bool{service.ScopeTripsRead: true, service.ScopeSearch: true}, by.Scopes)
	assert.True(t, by.Expires.Equal(claims.Expires.Add(leeway)))

	claims.Scopes, claims.Email, claims.Issuer = nil, "", ""
	text, err = Sign(testSecret, claims)
	require.NoError(t, err)
	unlimited, _ := verifier(t, nil, nil)
	by, err = unlimited.Authenticate(t.Context(), text)
	require.NoError(t, err)
	assert.Nil(t, by.Scopes)
	assert.NotContains(t, string(by.Claims), "email")
}

func TestSignRefuses(t *testing.T) {
	now := time.Now()
	good := Claims{User: user, Audience: "authenticated", Issued: now, Expires: now.Add(time.Hour)}
	_, err := Sign(testSecret[:31], good)
	require.EqualError(t, err, "the secret has 31 bytes, it needs at least 32")
	backwards := good
	backwards.Expires = now
	_, err = Sign(testSecret, backwards)
	require.EqualError(t, err, "the token would end before it begins")
	for _, name := range []service.UserID{"", "alice", "{" + user + "}"} {
		unknown := good
		unknown.User = name
		_, err = Sign(testSecret, unknown)
		require.ErrorContains(t, err, "the user is not a UUID")
	}
}
