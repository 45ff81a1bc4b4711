package httpapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tripsage/infrastructure/service"
)

// The users of the tests.
const (
	alice service.UserID = "aaaaaaaa-0000-4000-8000-000000000001"
	bob   service.UserID = "bbbbbbbb-0000-4000-8000-000000000002"
)

// authFunc makes an Authenticator of a function.
type authFunc func(ctx context.Context, token string) (service.Principal, error)

func (f authFunc) Authenticate(ctx context.Context, token string) (service.Principal, error) {
	return f(ctx, token)
}

// authenticate takes a user's id for the user's token. Scopes may follow, after slashes.
func authenticate(_ context.Context, token string) (service.Principal, error) {
	user, scopes, limited := strings.Cut(token, "/")
	by := service.Principal{User: service.UserID(user), Claims: []byte(`{"sub":"` + user + `"}`), Expires: time.Now().Add(time.Hour)}
	if by.User != alice && by.User != bob {
		return service.Principal{}, &service.Error{Code: service.CodeUnauthenticated, Err: errors.New("forged")}
	}
	if limited {
		by.Scopes = map[service.Scope]bool{}
		for scope := range strings.SplitSeq(scopes, "/") {
			by.Scopes[service.Scope(scope)] = true
		}
	}
	return by, nil
}

// limiterFunc makes a RateLimiter of a function.
type limiterFunc func(user service.UserID) service.RateDecision

func (f limiterFunc) Take(_ context.Context, user service.UserID) service.RateDecision {
	return f(user)
}

// realtimeFunc makes a Realtime of a function.
type realtimeFunc func(w http.ResponseWriter, r *http.Request, by service.Principal) error

func (f realtimeFunc) Serve(w http.ResponseWriter, r *http.Request, by service.Principal) error {
	return f(w, r, by)
}

// events remembers what was counted, as "event label".
type events struct {
	service.Unobserved
	mu  sync.Mutex
	all []string
}

func (e *events) Count(event service.Event, label string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, string(event)+" "+label)
}

func (e *events) list() []string { e.mu.Lock(); defer e.mu.Unlock(); return slices.Clone(e.all) }
