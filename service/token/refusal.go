package apitoken

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tripsage/infrastructure/service"
)

// refusal is why a token is not accepted. Label is that of service.EventAuthentication.
type refusal struct {
	label string
	code  service.Code
	err   error
}

// Error says why. It never quotes the token.
func (r *refusal) Error() string { return r.label + " token: " + r.err.Error() }

// Unwrap returns the cause.
func (r *refusal) Unwrap() error { return r.err }

func malformed(err error) error { return &refusal{"malformed", service.CodeUnauthenticated, err} }

func forged(err error) error { return &refusal{"forged", service.CodeUnauthenticated, err} }

func expired(err error) error { return &refusal{"expired", service.CodeUnauthenticated, err} }

func elsewhere(label string, err error) error { return &refusal{label, service.CodeForbidden, err} }

func unavailable(err error) error { return &refusal{"unavailable", service.CodeDependencyDown, err} }

// explain sorts the parser's errors. Those that come from the search for the key have their
// explanation already, or are of the context.
func explain(err error) error {
	var known *refusal
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, errStopped):
		return err
	case errors.Is(err, jwt.ErrTokenMalformed):
		return malformed(err)
	case errors.Is(err, jwt.ErrTokenExpired), errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return expired(err)
	case errors.Is(err, jwt.ErrTokenInvalidClaims):
		return malformed(err)
	default:
		return forged(err)
	}
}
