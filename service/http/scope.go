package httpapi

import (
	"net/http"
	"strconv"

	"github.com/tripsage/infrastructure/service"
)

// The headers of a limit, as net/http spells them: it would have to respell them for each answer.
const (
	rateLimit     = "Ratelimit-Limit"
	rateRemaining = "Ratelimit-Remaining"
)

// admitted lets a request through to next when its token is good and allows the scope, and when
// its user does not ask too often.
func (a *API) admitted(scope service.Scope, next handler) endpoint {
	return func(w http.ResponseWriter, r *http.Request) error {
		token, err := bearer(r)
		if err != nil {
			return a.refuseToken(w, r, err)
		}
		by, err := a.admit(w, r, token, scope)
		if err != nil {
			return err
		}
		return next(w, r, by)
	}
}

// admit returns whose token it is, or why the request may not go on.
func (a *API) admit(w http.ResponseWriter, r *http.Request, token string, scope service.Scope) (service.Principal, error) {
	by, err := a.Auth.Authenticate(r.Context(), token)
	if err != nil {
		return service.Principal{}, a.refuseToken(w, r, err)
	}
	auditActor(r, by.User)
	if err := a.withinRate(w, r, by.User); err != nil {
		return service.Principal{}, err
	}
	if scope != "" && !by.May(scope) {
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+string(scope)+`"`)
		return service.Principal{}, &service.Error{Code: service.CodeScopeMissing}
	}
	return by, nil
}

// withinRate counts the request against the user's limit, which all processes share.
func (a *API) withinRate(w http.ResponseWriter, r *http.Request, user service.UserID) error {
	decision := a.Limiter.Take(r.Context(), user)
	h := w.Header()
	h.Set(rateLimit, strconv.Itoa(decision.Limit))
	h.Set(rateRemaining, strconv.Itoa(decision.Remaining))
	if decision.Allowed {
		return nil
	}
	h.Set("Retry-After", strconv.Itoa(max(1, decision.RetryAfter)))
	return &service.Error{Code: service.CodeRateLimited}
}
