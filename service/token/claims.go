package apitoken

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/tripsage/infrastructure/service"
)

// role is that of Supabase's users, guests included. The project's own keys have others.
const role = "authenticated"

// principal reads the claims of a token whose signature and times are good.
func (v *Verifier) principal(token *jwt.Token, claims jwt.MapClaims) (service.Principal, error) {
	if err := v.meant(claims); err != nil {
		return service.Principal{}, err
	}
	user, err := userOf(claims)
	if err != nil {
		return service.Principal{}, malformed(err)
	}
	scopes, err := scopesOf(claims)
	if err != nil {
		return service.Principal{}, malformed(err)
	}
	ends, err := claims.GetExpirationTime()
	if err != nil {
		return service.Principal{}, malformed(err) // the parser has required it
	}
	raw, err := payload(token.Raw)
	if err != nil {
		return service.Principal{}, malformed(err) // the parser has decoded it
	}
	email, _ := claims["email"].(string)
	return service.Principal{User: user, Email: email, Claims: raw, Scopes: scopes, Expires: ends.Add(leeway)}, nil
}

// meant says whether the token comes from our issuer and is meant for the users of this API.
func (v *Verifier) meant(claims jwt.MapClaims) error {
	if issuer, err := claims.GetIssuer(); v.options.Issuer != "" && (err != nil || issuer != v.options.Issuer) {
		return forged(errors.New("another issuer"))
	}
	if given, _ := claims["role"].(string); given != role {
		return elsewhere("role", errors.New("its role is not "+role))
	}
	if audience, err := claims.GetAudience(); err != nil || !slices.Contains(audience, v.options.Audience) {
		return elsewhere("audience", errors.New("another audience"))
	}
	return nil
}

func userOf(claims jwt.MapClaims) (service.UserID, error) {
	subject, _ := claims["sub"].(string)
	user, ok := canonical(subject)
	if !ok {
		return "", errors.New("sub is not a UUID")
	}
	return user, nil
}

// canonical takes the usual form of a UUID only, of the several that the library reads.
func canonical(text string) (service.UserID, bool) {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(uuid.Nil.String()) {
		return "", false
	}
	return service.UserID(id.String()), true
}

// scopesOf reads "scope", words in a string (RFC 8693), or "scopes", a list. A token that has
// neither is not limited, so one that we do not understand must not look like it.
func scopesOf(claims jwt.MapClaims) (map[service.Scope]bool, error) {
	text, one := claims["scope"]
	list, many := claims["scopes"]
	var words []string
	switch {
	case one && many:
		return nil, errors.New("both scope and scopes")
	case one:
		given, ok := text.(string)
		if !ok {
			return nil, fmt.Errorf("scope is a %T", text)
		}
		words = strings.Fields(given)
	case many:
		given, ok := list.([]any)
		if !ok {
			return nil, fmt.Errorf("scopes is a %T", list)
		}
		for _, word := range given {
			scope, ok := word.(string)
			if !ok {
				return nil, fmt.Errorf("one of the scopes is a %T", word)
			}
			words = append(words, scope)
		}
	default:
		return nil, nil
	}
	scopes := make(map[service.Scope]bool, len(words))
	for _, word := range words {
		scopes[service.Scope(word)] = true
	}
	return scopes, nil
}

// payload returns the claims as they were signed.
func payload(token string) ([]byte, error) {
	_, rest, _ := strings.Cut(token, ".")
	claims, _, _ := strings.Cut(rest, ".")
	return base64.RawURLEncoding.DecodeString(claims)
}
