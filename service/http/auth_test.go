package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/service"
)

// whoami answers with the user.
func whoami(scope service.Scope) route {
	return route{method: "GET", pattern: "/whoami", scope: scope, handle: func(w http.ResponseWriter, r *http.Request, by service.Principal) error {
		return writeEntity(w, r, http.StatusOK, map[string]any{"user": by.User}, 0)
	}}
}

func (f *fixture) authorized(values ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/whoami", nil)
	r.Header["Authorization"] = values
	return f.do(r)
}

func TestAuthentication(t *testing.T) {
	f := newFixture(t, nil, whoami(service.ScopeTripsRead))
	for _, tc := range []struct {
		name      string
		values    []string
		status    int
		code      string
		challenge string
		event     string
	}{
		{"good", []string{"Bearer " + string(alice)}, 200, "", "", ""},
		{"any case", []string{"bEARER   " + string(alice) + " "}, 200, "", "", ""},
		{"with the scope", []string{"Bearer " + string(alice) + "/trips:read/chat:read"}, 200, "", "", ""},
		{"without the scope", []string{"Bearer " + string(alice) + "/trips:write"}, 403, "scope_missing", `Bearer error="insufficient_scope", scope="trips:read"`, ""},
		{"without any scope", []string{"Bearer " + string(alice) + "/"}, 403, "scope_missing", `Bearer error="insufficient_scope", scope="trips:read"`, ""},
		{"nothing", nil, 401, "unauthenticated", "Bearer", "authentication missing"},
		{"empty", []string{""}, 401, "unauthenticated", `Bearer error="invalid_request"`, "authentication malformed"},
		{"no token", []string{"Bearer "}, 401, "unauthenticated", `Bearer error="invalid_request"`, "authentication malformed"},
		{"basic", []string{"Basic YTpi"}, 401, "unauthenticated", `Bearer error="invalid_request"`, "authentication malformed"},
		{"without a scheme", []string{string(alice)}, 401, "unauthenticated", `Bearer error="invalid_request"`, "authentication malformed"},
		{"two", []string{"Bearer " + string(alice), "Bearer " + string(bob)}, 401, "unauthenticated", `Bearer error="invalid_request"`, "authentication malformed"},
		{"forged", []string{"Bearer s3cret"}, 401, "unauthenticated", `Bearer error="invalid_token"`, ""},
	} {
		before := len(f.events.list())
		answer := f.authorized(tc.values...)
		assert.Equal(t, tc.status, answer.Code, tc.name)
		assert.Equal(t, tc.challenge, answer.Header().Get("WWW-Authenticate"), tc.name)
		if tc.code != "" {
			assert.Equal(t, tc.code, bodyOf(t, answer)["code"], tc.name)
			assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"), tc.name)
		} else {
			assert.Equal(t, string(alice), bodyOf(t, answer)["user"], tc.name)
		}
		if tc.event != "" {
			assert.Equal(t, []string{tc.event}, f.events.list()[before:], tc.name)
		} else {
			assert.Len(t, f.events.list(), before, "%s: the authenticator counts what it sees", tc.name)
		}
	}
	assert.NotContains(t, f.logs.String(), "s3cret")
	assert.NotContains(t, f.logs.String(), string(alice))
}

func TestTokenInTheQueryIsForSocketsOnly(t *testing.T) {
	f := newFixture(t, nil, whoami(""))
	assert.Equal(t, http.StatusUnauthorized, f.get("/whoami?token="+string(alice)).Code)
}

func TestTokensThatAreRefusedOtherwise(t *testing.T) {
	var fault error
	f := newFixture(t, func(o *Options) {
		o.RateLimit = RateLimit{PerMinute: 2}
		o.Auth = authFunc(func(context.Context, string) (service.Principal, error) { return service.Principal{}, fault })
	}, whoami(""))
	fault = &service.Error{Code: service.CodeDependencyDown}
	for range 5 {
		answer := f.authorized("Bearer x")
		assert.Equal(t, http.StatusServiceUnavailable, answer.Code, "nobody knows, so nobody is logged out and nothing is counted")
		assert.Equal(t, "1", answer.Header().Get("Retry-After"))
		assert.Empty(t, answer.Header().Get("WWW-Authenticate"))
	}
	fault = context.DeadlineExceeded
	answer := f.authorized("Bearer x")
	assert.Equal(t, http.StatusGatewayTimeout, answer.Code)
	assert.Equal(t, "1", answer.Header().Get("Retry-After"))
	fault = &service.Error{Code: service.CodeForbidden}
	answer = f.authorized("Bearer x")
	assert.Equal(t, http.StatusForbidden, answer.Code)
	assert.Empty(t, answer.Header().Get("WWW-Authenticate"), "another token of this kind would not help")
	assert.Empty(t, answer.Header().Get("Retry-After"), "nor would waiting")
}

func TestGuessingTokensIsLimitedByAddress(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.RateLimit = RateLimit{PerMinute: 3} }, whoami(""))
	for _, values := range [][]string{{"Bearer x"}, nil, {"Basic x"}} {
		assert.Equal(t, http.StatusUnauthorized, f.authorized(values...).Code)
	}
	refused := f.authorized("Bearer x")
	assert.Equal(t, http.StatusTooManyRequests, refused.Code)
	assert.Equal(t, "20", refused.Header().Get("Retry-After"))
	for range 10 {
		assert.Equal(t, http.StatusOK, f.authorized("Bearer "+string(alice)).Code, "users have a limit of their own")
	}
}

func TestUsersLimit(t *testing.T) {
	var asked []service.UserID
	decision := service.RateDecision{Allowed: true, Limit: 60, Remaining: 7}
	served := 0
	f := newFixture(t, func(o *Options) {
		o.Limiter = limiterFunc(func(user service.UserID) service.RateDecision { asked = append(asked, user); return decision })
	}, route{method: "GET", pattern: "/whoami", scope: service.ScopeTripsRead, handle: func(http.ResponseWriter, *http.Request, service.Principal) error {
		served++
		return nil
	}})
	answer := f.authorized("Bearer " + string(bob))
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, "60", answer.Header().Get("RateLimit-Limit"))
	assert.Equal(t, "7", answer.Header().Get("RateLimit-Remaining"))
	assert.Empty(t, answer.Header().Get("Retry-After"))

	for retry, want := range map[int]string{13: "13", 0: "1"} {
		decision = service.RateDecision{Limit: 60, RetryAfter: retry}
		answer = f.authorized("Bearer " + string(bob))
		assert.Equal(t, http.StatusTooManyRequests, answer.Code)
		assert.Equal(t, "rate_limited", bodyOf(t, answer)["code"])
		assert.Equal(t, want, answer.Header().Get("Retry-After"))
		assert.Equal(t, "0", answer.Header().Get("RateLimit-Remaining"))
	}
	f.authorized("Bearer " + string(bob) + "/chat:read")
	f.authorized("Bearer forged")
	assert.Equal(t, []service.UserID{bob, bob, bob, bob}, asked, "requests without the scope count, those of nobody do not")
	assert.Equal(t, 1, served)
}
