package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/tripsage/infrastructure/service"
)

// errNoToken and errNoBearer are why a request has no token to look at.
var (
	errNoToken  = &service.Error{Code: service.CodeUnauthenticated, Err: errors.New("no token")}
	errNoBearer = &service.Error{Code: service.CodeUnauthenticated, Err: errors.New("the Authorization header is not one bearer token")}
)

// bearer returns the token of the Authorization header (RFC 6750).
func bearer(r *http.Request) (string, error) {
	given := r.Header["Authorization"]
	if len(given) == 0 {
		return "", errNoToken
	}
	scheme, token, _ := strings.Cut(given[0], " ")
	if token = strings.TrimSpace(token); len(given) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errNoBearer
	}
	return token, nil
}

// refuseToken tells the client how to authenticate. It counts the request against its address, so
// that guessing tokens is limited; when nobody can tell whether a token is good, nothing is counted.
func (a *API) refuseToken(w http.ResponseWriter, r *http.Request, err error) error {
	code := service.CodeOf(err)
	if code != service.CodeUnauthenticated && code != service.CodeForbidden {
		return err
	}
	if limited := a.takeLocal(w, r); limited != nil {
		return limited
	}
	challenge := `Bearer error="invalid_token"`
	switch {
	case errors.Is(err, errNoToken):
		a.Observer.Count(service.EventAuthentication, "missing")
		challenge = "Bearer"
	case errors.Is(err, errNoBearer):
		a.Observer.Count(service.EventAuthentication, "malformed")
		challenge = `Bearer error="invalid_request"`
	}
	if code == service.CodeUnauthenticated {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	return err
}

// Realtime serves websockets. It may return while the socket lives on; the request's context ends
// then. An error before the upgrade becomes a problem document, and CodeTooMany in it means that
// the user has too many sockets. Errors after the upgrade are its own business.
type Realtime interface {
	Serve(w http.ResponseWriter, r *http.Request, by service.Principal) error
}

// socketRetry is when to try again to open one socket more, in seconds.
const socketRetry = "30"

// socket lets a user's websocket through. Browsers cannot set headers on one, so the token may be in
// the query; whoever serves the socket does not get to see it. The time limit is for the admission
// only.
func (a *API) socket(w http.ResponseWriter, r *http.Request) error {
	token, err := bearer(r)
	if errors.Is(err, errNoToken) {
		r, token, err = queryToken(r)
	}
	if err != nil {
		return a.refuseToken(w, r, err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), a.Limits.RequestTimeout)
	by, err := a.admit(w, r.WithContext(ctx), token, service.ScopeRealtime)
	cancel()
	if err != nil {
		return err
	}
	err = a.Realtime.Serve(w, r, by)
	if service.CodeOf(err) == service.CodeTooMany { // here it passes by itself, as with any limit of a rate
		w.Header().Set("Retry-After", socketRetry)
		return &service.Error{Code: service.CodeRateLimited, Err: err}
	}
	return err
}

// queryToken takes the token out of the query.
func queryToken(r *http.Request) (*http.Request, string, error) {
	query := r.URL.Query()
	token := query.Get("token")
	if token == "" {
		return r, "", errNoToken
	}
	query.Del("token")
	clean, address := r.WithContext(r.Context()), *r.URL
	address.RawQuery = query.Encode()
	clean.URL, clean.RequestURI = &address, address.RequestURI()
	return clean, token, nil
}
